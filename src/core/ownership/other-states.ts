import type { Family, TableName } from '../rules/types.ts';

/** What other states of the data folder have in one namespace: a plan leaves it alone, whatever prefix it has. */
export type OtherStates = {
  /** Names of their chains, by table. */
  readonly chains: Readonly<Record<Family, ReadonlyMap<TableName, readonly string[]>>>;
  readonly sets: ReadonlySet<string>;
};
