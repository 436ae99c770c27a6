import { LIMITS } from '../limits.ts';
import type { KnownSet } from '../packets/types/firewall.ts';
import { carryOver } from '../sets/compile-set.ts';
import { allLines, countOf, lineAt, NO_LINES } from '../sets/ipset/lines.ts';
import type { LiveSet, SetPair } from '../sets/ipset/types.ts';

/** The sets of a namespace before a plan and after it, and the names of those that change without being known on both sides. */
export type SetsOfPlan = {
  readonly before: readonly KnownSet[];
  readonly after: readonly KnownSet[];
  readonly unknown: ReadonlySet<string>;
};

/**
 * What sets hold on both sides of a plan. A set with more entries than fw compares is left out on both sides: to the rules that name it, it is an open
 * question with one answer, which is true only while the plan leaves the set as it is.
 */
export function knownSets(pairs: readonly SetPair[], changed: ReadonlySet<string>): SetsOfPlan {
  const before: KnownSet[] = [];
  const after: KnownSet[] = [];
  const unknown = new Set<string>();
  for (const pair of pairs) {
    if (sizeOf(pair) > LIMITS.trafficEntries.most) {
      if (changed.has(pair.name)) unknown.add(pair.name);
      continue;
    }
    if (pair.live !== undefined) before.push(liveSet(pair, pair.live));
    // A set that the plan is not about stays as it is, whatever else is wanted of it.
    if (!changed.has(pair.name)) {
      if (pair.live !== undefined) after.push(liveSet(pair, pair.live));
    } else if (pair.desired !== undefined) after.push(wantedSet(pair, pair.desired));
  }
  const known = new Set(pairs.map(({ name }) => name));
  for (const name of changed) if (!known.has(name)) unknown.add(name);
  return { before, after, unknown };
}

function sizeOf({ live, desired }: SetPair): number {
  return (live === undefined ? 0 : countOf(live.entries) + live.passing.length) + (desired?.added.length ?? 0);
}

function liveSet({ name, desired }: SetPair, live: LiveSet): KnownSet {
  return {
    name,
    header: live.header,
    entries: [...allLines(live.entries), ...live.passing],
    changes: isFilledByOthers(live.header, live.passing) || desired?.isManaged === false,
  };
}

function wantedSet({ name, live }: SetPair, desired: NonNullable<SetPair['desired']>): KnownSet {
  const { header, isManaged, kept, added } = desired;
  const old = live?.entries ?? NO_LINES;
  const declared = [...kept.map((index) => lineAt(old, index)), ...added];
  // Entries that go by themselves belong to others, and so does everything where only the options are declared.
  const wanted = { staying: isManaged ? declared : allLines(old), passing: live?.passing ?? [] };
  const { staying, passing } = carryOver(wanted, header);
  return { name, header, entries: [...staying, ...passing], changes: !isManaged || isFilledByOthers(header, passing) };
}

/** Where entries have a time, they go by themselves. */
function isFilledByOthers(header: string, passing: readonly string[]): boolean {
  return passing.length > 0 || / timeout \d/.test(header);
}
