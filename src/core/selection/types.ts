import type { Family, TableName } from '../rules/types.ts';

/** `NAMESPACE`, `NAMESPACE/FAMILY` or `NAMESPACE/FAMILY/TABLE`; the namespace is a glob, `*` stands for any of the others. */
export type Address = { readonly namespace: string; readonly family?: Family; readonly table?: TableName };

/**
 * The part of a state that a run is about. Never less than a table: a subset of the changes of one chain would be another policy.
 * Empty lists select everything.
 */
export type Selection = {
  readonly namespaces: readonly string[];
  readonly families: readonly Family[];
  readonly tables: readonly TableName[];
  readonly targets: readonly Address[];
  readonly excluded: readonly Address[];
};

export const EVERYTHING: Selection = { namespaces: [], families: [], tables: [], targets: [], excluded: [] };
