import type { ChainChange, Line } from '../plan/types.ts';
import type { Chain } from '../ruleset/types.ts';

type Move = Extract<Line, { kind: 'move' }>;

/** Where a rule goes, seen from the rules of the chain that stay in their order. */
export type Crossing = {
  readonly goesUp: boolean;
  /** Texts of the rules that it passes. */
  readonly crossed: readonly string[];
};

/**
 * Tells for a moved rule which rules it passes. Positions alone do not tell, since rules above that come or go change them as well.
 */
export function crossings(change: ChainChange, before: Chain, after: Chain): (move: Move) => Crossing {
  const leaving = new Set<number>();
  const coming = new Set<number>();
  for (const line of change.lines) {
    if ('from' in line && line.kind !== 'keep') leaving.add(line.from);
    if ('to' in line && line.kind !== 'keep') coming.add(line.to);
  }
  const staying = before.rules.filter((_, index) => !leaving.has(index + 1)).map(({ text }) => text);
  const above = countBefore(before.rules.length, leaving);
  const aboveAfter = countBefore(after.rules.length, coming);
  return ({ from, to }) => {
    const old = above[from] ?? 0;
    const fresh = aboveAfter[to] ?? 0;
    return { goesUp: fresh <= old, crossed: staying.slice(Math.min(old, fresh), Math.max(old, fresh)) };
  };
}

/** For each position, counted from 1, how many rules that stay are before it. */
function countBefore(length: number, changing: ReadonlySet<number>): readonly number[] {
  const counts = [0];
  let staying = 0;
  for (let position = 1; position <= length; position += 1) {
    counts.push(staying);
    if (!changing.has(position)) staying += 1;
  }
  return counts;
}
