import type { Rule } from '../ruleset/types.ts';
import type { ChainDiff } from './types.ts';

/** Indices count from 0 and ascend. */
export type ChainEdits = {
  /** Places in `before` that are not kept. */
  readonly removed: readonly number[];
  /** Places in `after` that are not kept. */
  readonly added: readonly number[];
  /** From a place in `added` to the place in `removed` that the same rule comes from; equal rules pair up in order. */
  readonly moves: ReadonlyMap<number, number>;
};

/** What is left of a chain's two rule lists when the kept rules are taken out. */
export function chainEdits(diff: ChainDiff): ChainEdits {
  const before = diff.before?.rules ?? [];
  const after = diff.after?.rules ?? [];
  const removed = without(
    before.length,
    diff.kept.map(([from]) => from),
  );
  const added = without(
    after.length,
    diff.kept.map(([, to]) => to),
  );
  return { removed, added, moves: pairMoves(before, removed, after, added) };
}

function without(length: number, kept: readonly number[]): readonly number[] {
  const left: number[] = [];
  let next = 0;
  for (let index = 0; index < length; index += 1) {
    if (kept[next] === index) next += 1;
    else left.push(index);
  }
  return left;
}

function pairMoves(
  before: readonly Rule[],
  removed: readonly number[],
  after: readonly Rule[],
  added: readonly number[],
): ReadonlyMap<number, number> {
  const places = new Map<string, number[]>();
  // Backwards, so that pop() takes the first place of a text first.
  for (const from of [...removed].reverse()) {
    const text = before[from]?.text ?? '';
    const known = places.get(text);
    if (known === undefined) places.set(text, [from]);
    else known.push(from);
  }
  const moves = new Map<number, number>();
  for (const to of added) {
    const from = places.get(after[to]?.text ?? '')?.pop();
    if (from !== undefined) moves.set(to, from);
  }
  return moves;
}
