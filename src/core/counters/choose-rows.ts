import { jumpOf } from '../rule-text/jumps.ts';
import { matchesGlob } from '../rules/matches-glob.ts';
import type { Counters, Family, TableName } from '../rules/types.ts';
import type { CounterRow, OwnedRow } from './types.ts';

export type Order = 'position' | 'packets' | 'bytes';

/** Which counters are wanted. Empty lists want all. */
export type RowFilter = {
  readonly families: readonly Family[];
  readonly tables: readonly TableName[];
  /** Names or globs, in the kernel or as a state declares them: `web` is `fw-web` as well. */
  readonly chains: readonly string[];
  /** Only what drops or rejects. */
  readonly dropping: boolean;
  /** Only what this generation or a later one brought. */
  readonly since?: number | undefined;
};

/** What `-j` must name for a rule to drop. A jump to a chain whose rules drop does not drop by itself. */
const DROPS: ReadonlySet<string> = new Set(['DROP', 'REJECT']);

/** Behind the prefix of an owner: what a state calls the chain. */
const DECLARED = /^[a-z0-9]+-(?<name>.+)$/;

export function isWanted(row: OwnedRow, filter: RowFilter): boolean {
  return isInScope(row, filter) && isSince(row, filter.since);
}

/** The same without who brought it. */
export function isInScope(
  row: Pick<CounterRow, 'family' | 'table' | 'chain' | 'position' | 'text'>,
  { families, tables, chains, dropping }: Omit<RowFilter, 'since'>,
): boolean {
  return (
    (families.length === 0 || families.includes(row.family)) &&
    (tables.length === 0 || tables.includes(row.table)) &&
    (chains.length === 0 || chains.some((glob) => isNamed(row.chain, glob))) &&
    (!dropping || isDropping(row))
  );
}

/** Whether a chain is called so, in the kernel or in a state. */
export function isNamed(chain: string, glob: string): boolean {
  const name = declaredName(chain);
  return matchesGlob(glob, chain) || (name !== undefined && matchesGlob(glob, name));
}

/** What a state calls a chain, by the form of its name: `web` for `fw-web`. Undefined for a name without the prefix of an owner. */
export function declaredName(chain: string): string | undefined {
  return DECLARED.exec(chain)?.groups?.name;
}

export function isDropping(row: Pick<CounterRow, 'position' | 'text'>): boolean {
  if (row.position === undefined) return row.text === 'policy DROP';
  return DROPS.has(jumpOf(row)?.chain ?? '');
}

function isSince({ owner }: OwnedRow, since: number | undefined): boolean {
  return since === undefined || (owner.kind === 'state' && owner.generation >= since);
}

/** Most first; rows of equal counters stay in the order of packets. */
export function sortRows<R extends { readonly counters: Counters }>(rows: readonly R[], order: Order): readonly R[] {
  if (order === 'position') return rows;
  const at = order === 'packets' ? 0 : 1;
  const counts = new Map(rows.map((row) => [row, BigInt(row.counters[at])]));
  const countOf = (row: R) => counts.get(row) ?? 0n;
  return [...rows].sort((one, other) => {
    const [a, b] = [countOf(one), countOf(other)];
    return a === b ? 0 : a < b ? 1 : -1;
  });
}
