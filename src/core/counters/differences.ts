import type { Counters, Family, TableName } from '../rules/types.ts';
import { type BaselineNamespace, type CountedBefore, POLICY } from './baseline.ts';
import type { CounterRow } from './types.ts';

/**
 * What became of a counter since the baseline. `counted`: it went on. `first`: there is no baseline for this namespace as it is. `new`: the rule was not there. `restarted`: the
 * counter went down, since the rule was made anew or somebody zeroed it.
 */
export type Change = 'counted' | 'first' | 'new' | 'restarted';

export type Difference<R extends CounterRow = CounterRow> = R & {
  /** `counters` of the row are the difference; of all changes but `counted` the whole counter. */
  readonly change: Change;
  /** The whole counter, as the kernel has it. */
  readonly whole: Counters;
  /** What the baseline had of this counter; absent of what is `first` or `new`. */
  readonly was?: Counters;
  /** Equal rules of the chain became more or fewer: which of them is which is not known. */
  readonly isUnsure: boolean;
};

/** A rule of the baseline that is not there any more. What it counted in between is not known. */
export type GoneCounter = {
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly text: string;
  /** As the baseline has them: already told. */
  readonly counters: Counters;
};

/**
 * What the counters of one namespace counted since a baseline; without one, everything. Rules are the same by their text, wherever they stand in their
 * chain, and equal ones are told apart by their order.
 */
export function differencesOf<R extends CounterRow>(
  rows: readonly R[],
  was: Pick<BaselineNamespace, 'chains' | 'backend'> | undefined,
): { readonly rows: readonly Difference<R>[]; readonly gone: readonly Omit<GoneCounter, 'namespace'>[] } {
  if (was === undefined) return { rows: rows.map((row) => whole(row, 'first', false)), gone: [] };
  const before = new Map<string, { readonly rows: CountedBefore[]; readonly gone: Omit<GoneCounter, 'namespace'> }>();
  for (const { family, table, chain, rows: counted } of was.chains) {
    for (const one of counted) {
      const [text, packets, bytes] = one;
      const key = keyOf({ backend: was.backend, family, table, chain }, text);
      const known = before.get(key);
      if (known === undefined)
        before.set(key, { rows: [one], gone: { family, table, chain, text, counters: [packets, bytes] } });
      else known.rows.push(one);
    }
  }
  const now = new Map<string, number>();
  for (const row of rows) now.set(keyOfRow(row), (now.get(keyOfRow(row)) ?? 0) + 1);
  const unsure = new Set(
    [...now].filter(([key, count]) => isUnsure(before.get(key)?.rows.length, count)).map(([key]) => key),
  );
  const found = rows.map((row): Difference<R> => {
    const key = keyOfRow(row);
    const left = before.get(key)?.rows ?? [];
    if (!unsure.has(key)) return differenceOf(row, left.shift(), false);
    // Of several that are possible the first whose counter can have gone on.
    const at = left.findIndex((one) => hasGoneOn(row, one));
    return differenceOf(row, at < 0 ? undefined : left.splice(at, 1)[0], true);
  });
  const gone = [...before.values()].flatMap(({ rows: left, gone: one }) =>
    left.map(([, packets, bytes]) => ({ ...one, counters: [packets, bytes] as const })),
  );
  return { rows: found, gone };
}

/** One rule in one chain is told by its text, and so are all that come new or go as a whole. */
function isUnsure(before: number | undefined, now: number): boolean {
  return before !== undefined && before !== now;
}

function differenceOf<R extends CounterRow>(
  row: R,
  before: CountedBefore | undefined,
  isUnsure: boolean,
): Difference<R> {
  if (before === undefined) return whole(row, 'new', isUnsure);
  const [, packets, bytes] = before;
  const was: Counters = [packets, bytes];
  if (!hasGoneOn(row, before)) return { ...whole(row, 'restarted', isUnsure), was };
  const counters: Counters = [less(row.counters[0], packets), less(row.counters[1], bytes)];
  return { ...row, counters, change: 'counted', isUnsure, whole: row.counters, was };
}

function whole<R extends CounterRow>(row: R, change: Change, isUnsure: boolean): Difference<R> {
  return { ...row, change, isUnsure, whole: row.counters };
}

function hasGoneOn({ counters }: CounterRow, [, packets, bytes]: CountedBefore): boolean {
  return BigInt(counters[0]) >= BigInt(packets) && BigInt(counters[1]) >= BigInt(bytes);
}

function less(now: string, before: string): string {
  return String(BigInt(now) - BigInt(before));
}

function keyOfRow(row: CounterRow): string {
  return keyOf(row, row.position === undefined ? POLICY : row.text);
}

function keyOf(
  { backend, family, table, chain }: Omit<GoneCounter, 'namespace' | 'text' | 'counters'> & Pick<CounterRow, 'backend'>,
  text: string,
): string {
  return `${backend}\n${family}\n${table}\n${chain}\n${text}`;
}
