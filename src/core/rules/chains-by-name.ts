import type { Chain, Table } from './types.ts';

/** The chains of a table; none where there is no table. */
export function chainsByName(table: Table | undefined): ReadonlyMap<string, Chain> {
  return new Map(table?.chains.map((chain) => [chain.name, chain]));
}
