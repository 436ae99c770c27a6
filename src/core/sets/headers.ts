import { optionsThat } from '../extensions/options.ts';
import type { SetEdit } from './ipset/set-edit.ts';

/** Names that need no quoting in `ipset restore`. Sets with other names are left out: rules that use them cannot be checked. */
const PLAIN = /^[A-Za-z0-9_.:-]{1,31}$/;
const REFERENCE = new RegExp(
  `(?:${[...optionsThat(({ namesSet }) => namesSet === true)].join('|')}) "?([^\\s"]+)`,
  'g',
);

/** Sets that rules name. Cheap when they name none. */
export function namedSets(ruleTexts: readonly string[]): Set<string> {
  const withSets = ruleTexts.filter((text) => text.includes('-set '));
  return new Set(withSets.flatMap((text) => [...text.matchAll(REFERENCE)].map((match) => match[1] ?? '')));
}

/**
 * Edits that make the wanted sets, empty, from the output of `ipset list -terse`. The header of that output
 * holds the creation options as they are written in a `create` line (ipset 7.17).
 */
export function createsFrom(listing: string, wanted: ReadonlySet<string>): readonly SetEdit[] {
  const blocks = listing.split(/\n(?=Name: )/);
  return blocks
    .map((block) => ({ name: field(block, 'Name'), type: field(block, 'Type'), header: field(block, 'Header') }))
    .filter(({ name, type }) => wanted.has(name) && PLAIN.test(name) && /^[a-z0-9:,]+$/.test(type))
    .map(({ name, type, header }): SetEdit => ({ kind: 'create', set: name, header: `${type} ${header}` }));
}

function field(block: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
}
