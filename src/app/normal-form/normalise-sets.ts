import { withoutRepeats } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { type Lines, lineAt, linesOf, NO_LINES } from '../../core/sets/ipset/lines.ts';
import { openHeader } from '../../core/sets/ipset/open-header.ts';
import type { DesiredSet, LiveSet, SetHeader, SetPair } from '../../core/sets/ipset/types.ts';
import { unmanaged } from '../../core/sets/keep-sets.ts';
import { type Matched, matchEntries, settleEntries } from '../../core/sets/match-entries.ts';
import type { Kernel } from '../../ports/ports.ts';
import { loadScratchSets, type ScratchSet } from './load-scratch-sets.ts';

export type SetsBesideLive = { readonly desired: readonly DesiredSet[]; readonly live: readonly LiveSet[] };

/**
 * Brings declared sets into the form in which `ipset save` prints them, and lays them beside the live ones: entries and headers that
 * stand in live as they are written have that form already, all others are made in a scratch namespace and read back. Throws
 * `state.invalid` with a diagnostic for every entry that the kernel refuses.
 */
export async function normaliseSets(
  kernel: Kernel,
  namespaces: readonly SetsBesideLive[],
  sources: Sources,
): Promise<readonly (readonly SetPair[])[]> {
  const matches = new Map<DesiredSet, Map<LiveSet | undefined, Matched>>();
  const unknown = new Map<DesiredSet, { entries: Set<number>; isHeaderKnown: boolean }>();
  for (const { desired, live } of namespaces) {
    const byName = new Map(live.map((set) => [set.name, set]));
    for (const set of desired) {
      const found = byName.get(set.name);
      const matched = matchEntries(found, set.entries?.lines ?? NO_LINES);
      matches.set(set, (matches.get(set) ?? new Map()).set(found, matched));
      const open = unknown.get(set) ?? { entries: new Set(), isHeaderKnown: true };
      unknown.set(set, open);
      for (const index of matched.unknown) open.entries.add(index);
      if (found?.header !== set.header) open.isHeaderKnown = false;
    }
  }
  const normal = await readBack(kernel, unknown, sources);
  return namespaces.map(({ desired, live }) => {
    const byName = new Map(live.map((set) => [set.name, set]));
    const names = new Set(desired.map(({ name }) => name));
    const declared = desired.map((set) => pairOf(set, byName.get(set.name), matches, normal));
    return [...declared, ...live.filter(({ name }) => !names.has(name)).map((set) => ({ name: set.name, live: set }))];
  });
}

type Normal = { readonly header: SetHeader; readonly entries: Lines };

async function readBack(
  kernel: Kernel,
  unknown: ReadonlyMap<DesiredSet, { readonly entries: ReadonlySet<number>; readonly isHeaderKnown: boolean }>,
  sources: Sources,
): Promise<ReadonlyMap<DesiredSet, Normal>> {
  const wanted = [...unknown].flatMap(([set, { entries, isHeaderKnown }]): ScratchSet[] => {
    if (entries.size === 0 && isHeaderKnown) return [];
    return [{ set, indexes: [...entries].sort((one, other) => one - other) }];
  });
  const isList = ({ set }: ScratchSet) => set.header.startsWith('list:');
  const found = new Map(wanted.filter(isList).map((one) => [one.set, asWritten(one)]));
  if (wanted.length === 0) return found;
  const loaded = await loadScratchSets(kernel, wanted);
  if (loaded.diagnostics.length > 0) {
    const diagnostics = withoutRepeats(loaded.diagnostics);
    const entries = diagnostics.length === 1 ? 'an entry' : `${diagnostics.length} entries`;
    throw new FwError('state.invalid', `ipset refuses ${entries} of the state`, { diagnostics, sources });
  }
  for (const [set, normal] of loaded.normal) {
    found.set(set, { header: normal.header, entries: found.get(set)?.entries ?? normal.entries });
  }
  return found;
}

/** Members of a list are names of sets, which have one spelling. */
function asWritten({ set, indexes }: ScratchSet): Normal {
  const lines = set.entries?.lines ?? NO_LINES;
  return { header: set.header, entries: linesOf(indexes.map((index) => lineAt(lines, index))) };
}

function pairOf(
  set: DesiredSet,
  live: LiveSet | undefined,
  matches: ReadonlyMap<DesiredSet, ReadonlyMap<LiveSet | undefined, Matched>>,
  normal: ReadonlyMap<DesiredSet, Normal>,
): SetPair {
  const { name, declared, span } = set;
  const lines = set.entries?.lines ?? NO_LINES;
  const matched = matches.get(set)?.get(live);
  const written = normal.get(set)?.header ?? set.header;
  const header = set.options === undefined ? written : openHeader(written, live?.header, set.options);
  const beside = live === undefined ? {} : { live };
  if (set.entries === undefined || matched === undefined) {
    const { options = [] } = set;
    return { name, ...beside, desired: { declared, header, span, options, ...unmanaged(live) } };
  }
  const entries = normal.get(set)?.entries ?? NO_LINES;
  const settled = settleEntries(live, matched, lines, entries);
  return { name, ...beside, desired: { declared, header, span, isManaged: true, ...settled } };
}
