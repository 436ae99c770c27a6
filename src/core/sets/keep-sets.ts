import { countOf, type Lines, lineAt, NO_LINES } from './ipset/lines.ts';
import { openHeader } from './ipset/open-header.ts';
import type { KeptSet, LiveSet, SetPair } from './ipset/types.ts';
import { matchEntries, settleEntries } from './match-entries.ts';

/** The declared sets of a namespace as a generation keeps them. */
export function keepSets(pairs: readonly SetPair[]): readonly KeptSet[] {
  return pairs.flatMap(({ name, live, desired }): KeptSet[] => {
    if (desired === undefined) return [];
    const { declared, header, isManaged, options, kept, added } = desired;
    if (!isManaged) return [{ name, declared, header, ...(options === undefined ? {} : { options }) }];
    const entries = [...kept.map((at) => lineAt(live?.entries ?? NO_LINES, at)), ...added];
    return [{ name, declared, header, entries: entries.map((entry) => `${entry}\n`).join('') }];
  });
}

/** Kept sets, which are in the kernel's spelling, beside what is live now. */
export function pairKept(kept: readonly KeptSet[], live: readonly LiveSet[]): readonly SetPair[] {
  const byName = new Map(live.map((set) => [set.name, set]));
  const declared = kept.map(({ name, declared, header, entries, options }): SetPair => {
    const found = byName.get(name);
    const beside = found === undefined ? {} : { live: found };
    if (entries === undefined && options === undefined)
      return { name, ...beside, desired: { declared, header, ...unmanaged(found) } };
    if (entries === undefined) {
      const open = openHeader(header, found?.header, options ?? []);
      return { name, ...beside, desired: { declared, header: open, options: options ?? [], ...unmanaged(found) } };
    }
    const lines = cutLines(entries);
    const settled = settleEntries(found, matchEntries(found, lines), lines, lines);
    return { name, ...beside, desired: { declared, header, isManaged: true, ...settled } };
  });
  const names = new Set(kept.map(({ name }) => name));
  return [...declared, ...live.filter(({ name }) => !names.has(name)).map((set) => ({ name: set.name, live: set }))];
}

/** Of a set whose content is the business of others everything stays. */
export function unmanaged(live: LiveSet | undefined) {
  const kept = Array.from({ length: countOf(live?.entries ?? NO_LINES) }, (_, at) => at);
  return { isManaged: false, added: [], removed: [], kept };
}

function cutLines(text: string): Lines {
  const bounds: number[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    bounds.push(start, end);
    start = end + 1;
  }
  return { text, bounds: Uint32Array.from(bounds) };
}
