import { addLine, changeLine, moveLine, type OriginOf, recommentLine, removeLine } from './line.ts';
import { pairSimilar } from './similarity.ts';
import type { ChainDiff, Line } from './types.ts';

/** Indices, from 0, between two kept rules: those of `before` that leave the chain and those of `after` that come to this place. */
export type Gap = { readonly leaving: readonly number[]; readonly coming: readonly number[] };

export type GapSides = {
  readonly diff: ChainDiff;
  /** From a place in `after` to the place in `before` where the same rule was. */
  readonly moves: ReadonlyMap<number, number>;
  /** From a place in `after` to the place in `before` where the rule was that differs in nothing but a comment. */
  readonly recommented: ReadonlyMap<number, number>;
  readonly originOf: OriginOf;
};

/** Rows for one gap. Similar rules are one change; between two changes what leaves stands before what comes. */
export function gapLines({ leaving, coming }: Gap, { diff, moves, recommented, originOf }: GapSides): readonly Line[] {
  const fresh = coming.filter((to) => !moves.has(to) && !recommented.has(to));
  const pairs = pairSimilar(
    leaving.map((from) => diff.before?.rules[from]?.text ?? ''),
    fresh.map((to) => diff.after?.rules[to]?.text ?? ''),
  );
  const lines: Line[] = [];
  let left = 0;
  let right = 0;
  const advance = (leavingEnd: number, comingEnd: number): void => {
    for (const from of leaving.slice(left, leavingEnd)) lines.push(removeLine(diff, from));
    for (const to of coming.slice(right, comingEnd)) {
      const from = moves.get(to);
      const was = recommented.get(to);
      if (from !== undefined) lines.push(moveLine(diff, from, to, originOf));
      else if (was !== undefined) lines.push(recommentLine(diff, was, to, originOf));
      else lines.push(addLine(diff, to, originOf));
    }
    left = leavingEnd;
    right = comingEnd;
  };
  const placeOf = new Map(coming.map((to, place) => [to, place]));
  for (const [i, j] of pairs) {
    const from = leaving[i] ?? 0;
    const to = fresh[j] ?? 0;
    advance(i, placeOf.get(to) ?? right);
    lines.push(changeLine(diff, from, to, originOf));
    left += 1;
    right += 1;
  }
  advance(leaving.length, coming.length);
  return lines;
}
