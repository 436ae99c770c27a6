import { canSwap, typeOf } from './parse-header.ts';
import type { SetHeader } from './types.ts';

/** Options that a set may get where another program left them out, in the order in which `ipset save` prints them (7.17), behind all others. */
const LAST = ['timeout', 'counters', 'comment', 'skbinfo', 'forceadd'];

/**
 * The header that a set has whose content is the business of another program: what that program chose, where the state says nothing. Its size,
 * for one, follows entries that only the other program knows. `options` are the names of those that the state does say something about.
 */
export function openHeader(wanted: SetHeader, live: SetHeader | undefined, options: readonly string[]): SetHeader {
  if (live === undefined || !canSwap(wanted, live)) return wanted;
  const [ours, theirs] = [optionsOf(wanted), optionsOf(live)];
  if (options.every((name) => ours.get(name) === theirs.get(name))) return live;
  const isDeclared = (name: string) => options.includes(name);
  const first = [...theirs.keys()].filter((name) => !LAST.includes(name));
  const more = options.filter((name) => !LAST.includes(name) && !theirs.has(name));
  const words = [...first, ...more, ...LAST].map((name) => (isDeclared(name) ? ours : theirs).get(name));
  return [typeOf(live), ...words.filter((word) => word !== undefined)].join(' ');
}

/** By name, an option as it is written: `maxelem 65536`, `counters`. */
function optionsOf(header: SetHeader): ReadonlyMap<string, string> {
  const words = header.split(' ').slice(1);
  const found = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const isFlag = ['counters', 'comment', 'skbinfo', 'forceadd'].includes(word);
    found.set(word, isFlag ? word : `${word} ${words[at + 1] ?? ''}`);
    if (!isFlag) at += 1;
  }
  return found;
}
