import type { Backend, Family, Namespace, Ruleset, TableName } from '../../core/rules/types.ts';

/** What iptables-save printed of one family of one namespace. */
export type Snapshot = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  readonly ruleset: Ruleset;
  /** The tables that matter; all when it is left out. */
  readonly tables?: readonly TableName[];
};
