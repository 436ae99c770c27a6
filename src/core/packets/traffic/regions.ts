import { FALSE } from '../diagram/node-table.ts';
import type { Space } from '../space/space.ts';
import type { Effect } from '../types/traffic.ts';
import type { Fate, Verdict } from '../way/outcomes.ts';
import type { Cause, Decider, Share } from './attribute.ts';

/** Packets that change alike, by one changed rule. */
export type ChangedPackets = {
  readonly effect: Effect;
  readonly cause: { readonly by: Decider; readonly side: 'before' | 'after' };
  readonly was: Fate;
  readonly will: Fate;
  readonly wasBy: readonly Decider[];
  readonly willBy: readonly Decider[];
  readonly set: number;
};

type Found = Omit<ChangedPackets, 'wasBy' | 'willBy' | 'set' | 'effect'> & {
  readonly sets: number[];
  readonly wasShares: Set<Share>;
  readonly willShares: Set<Share>;
};

/** Pairs what was with what will be, and joins what one changed rule does alike. Packets without a changed rule on their way are left to `rest`. */
export function pairShares(
  space: Space,
  before: readonly Share[],
  after: readonly Share[],
  rest: { readonly by: Decider; readonly side: 'before' | 'after' },
): readonly ChangedPackets[] {
  const { diagram } = space;
  const sets = new Map([...before, ...after].map((share) => [share, diagram.union([...share.deciders.values()])]));
  const found = new Map<string, Found>();
  const numbers = new Map<Decider, number>();
  for (const was of before) {
    for (const will of after) {
      if (was.fate.key === will.fate.key) continue;
      const both = diagram.and(sets.get(was) ?? FALSE, sets.get(will) ?? FALSE);
      if (both === FALSE) continue;
      const cause = responsible(was.cause, will.cause) ?? rest;
      const number = numbers.get(cause.by) ?? numbers.size;
      numbers.set(cause.by, number);
      const key = `${number} ${was.fate.key} ${will.fate.key}`;
      const one = found.get(key) ?? {
        cause,
        was: was.fate,
        will: will.fate,
        sets: [],
        wasShares: new Set<Share>(),
        willShares: new Set<Share>(),
      };
      one.sets.push(both);
      one.wasShares.add(was);
      one.willShares.add(will);
      found.set(key, one);
    }
  }
  return [...found.values()].map(({ sets: parts, wasShares, willShares, ...one }) => {
    const set = diagram.union(parts);
    const deciding = (shares: ReadonlySet<Share>) =>
      [...new Set([...shares].flatMap(({ deciders }) => [...deciders]))].flatMap(([decider, decided]) =>
        diagram.isDisjoint(decided, set) ? [] : [decider],
      );
    return {
      ...one,
      effect: effectOf(one.was.verdict, one.will.verdict),
      wasBy: [...new Set(deciding(wasShares))],
      willBy: [...new Set(deciding(willShares))],
      set,
    };
  });
}

function responsible(was: Cause | undefined, will: Cause | undefined) {
  for (const rank of [3, 2, 1]) {
    if (will?.rank === rank) return { by: will.by, side: 'after' } as const;
    if (was?.rank === rank) return { by: was.by, side: 'before' } as const;
  }
  return undefined;
}

function effectOf(was: Verdict, will: Verdict): Effect {
  const [stoppedBefore, stoppedAfter] = [was, will].map(({ verdict }) => verdict === 'drop' || verdict === 'reject');
  if (stoppedBefore === true && will.verdict === 'accept') return 'opened';
  return was.verdict === 'accept' && stoppedAfter === true ? 'closed' : 'other';
}
