import { withoutComments } from '../rule-text/without-comments.ts';
import type { Rule } from '../rules/types.ts';
import type { ChainDiff } from './types.ts';

/** Indices count from 0 and ascend. */
type ChainEdits = {
  /** Places in `before` that are not kept. */
  readonly removed: readonly number[];
  /** Places in `after` that are not kept. */
  readonly added: readonly number[];
  /** From a place in `added` to the place in `removed` that the same rule comes from; equal rules pair up in order. */
  readonly moves: ReadonlyMap<number, number>;
  /** The same for rules of which nothing but a comment differs: to the kernel they are the same rule, and their counters go on. */
  readonly recommented: ReadonlyMap<number, number>;
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
  const moves = pairEqual(before, removed, after, added, (text) => text);
  const movedFrom = new Set(moves.values());
  const recommented = pairEqual(
    before,
    removed.filter((from) => !movedFrom.has(from)),
    after,
    added.filter((to) => !moves.has(to)),
    withoutComments,
  );
  return { removed, added, moves, recommented };
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

function pairEqual(
  before: readonly Rule[],
  removed: readonly number[],
  after: readonly Rule[],
  added: readonly number[],
  keyOf: (text: string) => string,
): ReadonlyMap<number, number> {
  const places = new Map<string, number[]>();
  // Backwards, so that pop() takes the first place of a text first.
  for (const from of [...removed].reverse()) {
    const key = keyOf(before[from]?.text ?? '');
    const known = places.get(key);
    if (known === undefined) places.set(key, [from]);
    else known.push(from);
  }
  const pairs = new Map<number, number>();
  for (const to of added) {
    const from = places.get(keyOf(after[to]?.text ?? ''))?.pop();
    if (from !== undefined) pairs.set(to, from);
  }
  return pairs;
}
