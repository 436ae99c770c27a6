import type { Family } from '../../rules/types.ts';
import type { SetHeader } from './types.ts';

/** Options of a saved set that say how the kernel keeps it, not what it holds; `hashsize` grows by itself. */
const HINTS: ReadonlySet<string> = new Set(['hashsize', 'bucketsize', 'initval']);
/** Options without a value. */
const FLAGS: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo', 'forceadd']);

/** The header in what stands behind the name in a `create` line of `ipset save` (7.17). */
export function parseHeader(text: string): SetHeader {
  const [type = '', ...words] = text.trim().split(/ +/);
  const kept = [type];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const isFlag = FLAGS.has(word);
    if (!HINTS.has(word)) kept.push(isFlag ? word : `${word} ${words[at + 1] ?? ''}`.trimEnd());
    if (!isFlag) at += 1;
  }
  return kept.join(' ');
}

/** What the kernel takes unless it is told; it chooses the `initval` of each set by chance. */
const USUAL: ReadonlySet<string> = new Set(['hashsize 1024', 'bucketsize 12']);

/** The other options in the same text: how the kernel stores the set, where that is not what it does by itself. */
export function storageOf(text: string): readonly string[] {
  const options = text.match(/ (?:hashsize|bucketsize) \d+/g) ?? [];
  return options.map((option) => option.trim()).filter((option) => !USUAL.has(option));
}

export function typeOf(header: SetHeader): string {
  return header.split(' ', 1)[0] ?? '';
}

/** Of types that have families. */
export function familyOf(header: SetHeader): Family | undefined {
  if (header.includes(' family inet6')) return 'ipv6';
  return header.includes(' family inet') ? 'ipv4' : undefined;
}

/** Sets may swap names when they have the same type and family (ipset 7.17). */
export function canSwap(one: SetHeader, other: SetHeader): boolean {
  return typeOf(one) === typeOf(other) && familyOf(one) === familyOf(other);
}

/** `timeout` and `counters` add words to saved entries that are no part of what is declared. */
export function hasTimeout(header: SetHeader): boolean {
  return header.includes(' timeout ');
}

export function hasFlag(header: SetHeader, flag: 'counters' | 'comment' | 'skbinfo'): boolean {
  return ` ${header} `.includes(` ${flag} `);
}

/** Most entries that the set takes; undefined for types that have no such limit. */
export function limitOf(header: SetHeader): number | undefined {
  const limit = / maxelem (\d+)/.exec(header)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
