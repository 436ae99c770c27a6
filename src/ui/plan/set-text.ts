import { familyOf, hasTimeout, typeOf } from '../../core/sets/ipset/parse-header.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { quantity } from '../text/quantity.ts';

/** One line about a change of a set, not cleaned: `blocked (hash:net, IPv4)  +120 -3 entries: +203.0.113.0/24, ... and 122 more`. */
export function setText(step: SetStep): string {
  const { declared, change, headers, added, removed, counts } = step;
  const name = `${declared} (${setKind(step)})`;
  if (change === 'create') return `${name}  new set, ${quantity(added, 'entry', 'entries')}${examples(step)}`;
  if (change === 'destroy') return `${name}  ${removedText(step)}`;
  const entries =
    added + removed === 0 ? quantity(counts.after, 'entry kept', 'entries kept') : `+${added} -${removed} entries`;
  const options = headers.before === headers.after ? '' : `  options: ${headers.before} -> ${headers.after}`;
  return `${name}  ${entries}${examples(step)}${options}`;
}

/** Entries with a time are no part of a plan: others put them there. They go with their set all the same, so they are not passed over. */
export function removedText({ headers, removed }: Pick<SetStep, 'headers' | 'removed'>): string {
  const timed = headers.before !== undefined && hasTimeout(headers.before) ? ', and all that have a time' : '';
  return `removed set, ${quantity(removed, 'entry', 'entries')}${timed}`;
}

/** `hash:net, IPv4`; no family for types that have none. */
export function setKind({ headers }: Pick<SetStep, 'headers'>): string {
  const header = headers.after ?? headers.before ?? '';
  const family = familyOf(header);
  return [typeOf(header), ...(family === undefined ? [] : [family === 'ipv4' ? 'IPv4' : 'IPv6'])].join(', ');
}

function examples({ added, removed, examples: some }: SetStep): string {
  const shown = [...some.added.map((entry) => `+${entry}`), ...some.removed.map((entry) => `-${entry}`)];
  if (shown.length === 0) return '';
  const more = added + removed - shown.length;
  return `: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
