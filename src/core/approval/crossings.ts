import type { ChainChange, Line } from '../diff/types.ts';
import type { Chain } from '../rules/types.ts';

type Move = Extract<Line, { kind: 'move' }>;

/** Where a rule goes, seen from the rules of the chain that stay in their order. */
export type Crossing = 'goes up' | 'passes accepting' | 'passes others';

/**
 * Tells for a moved rule which rules it passes. Positions alone do not tell, since rules above that come or go change them as well. `accepts`
 * says of a rule whether it does nothing else.
 */
export function crossings(
  change: ChainChange,
  tables: { readonly before: Chain; readonly after: Chain },
  accepts: (text: string) => boolean,
): (move: Move) => Crossing {
  let places: Places | undefined;
  return ({ from, to }) => {
    places ??= placesOf(change, tables, accepts);
    const old = places.above[from] ?? 0;
    const fresh = places.aboveAfter[to] ?? 0;
    if (fresh <= old) return 'goes up';
    return (places.others[fresh] ?? 0) === (places.others[old] ?? 0) ? 'passes accepting' : 'passes others';
  };
}

type Places = {
  /** For each position, counted from 1, how many rules that stay are before it. */
  readonly above: readonly number[];
  readonly aboveAfter: readonly number[];
  /** How many of the first rules that stay do something else than accept. */
  readonly others: readonly number[];
};

function placesOf(
  change: ChainChange,
  { before, after }: { readonly before: Chain; readonly after: Chain },
  accepts: (text: string) => boolean,
): Places {
  const leaving = new Set<number>();
  const coming = new Set<number>();
  for (const line of change.lines) {
    if ('from' in line && line.kind !== 'keep') leaving.add(line.from);
    if ('to' in line && line.kind !== 'keep') coming.add(line.to);
  }
  const others = [0];
  for (const [index, { text }] of before.rules.entries()) {
    if (!leaving.has(index + 1)) others.push((others.at(-1) ?? 0) + (accepts(text) ? 0 : 1));
  }
  return {
    above: countBefore(before.rules.length, leaving),
    aboveAfter: countBefore(after.rules.length, coming),
    others,
  };
}

function countBefore(length: number, changing: ReadonlySet<number>): readonly number[] {
  const counts = [0];
  let staying = 0;
  for (let position = 1; position <= length; position += 1) {
    counts.push(staying);
    if (!changing.has(position)) staying += 1;
  }
  return counts;
}
