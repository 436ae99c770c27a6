import type { BackendChoice } from '../desired/types.ts';
import type { Family, Policy, TableName } from '../rules/types.ts';

/** A rule as it stands after values and templates, quoted and on one line, and not yet in the kernel's spelling. */
export type ExpandedRule = { readonly rule: string; readonly id: string | null; readonly origin: string };

export type ExpandedChain = {
  /** Name in the kernel. */
  readonly name: string;
  /** Name in the state. */
  readonly declared: string;
  /** Null where none is declared. */
  readonly policy: Policy | null;
  readonly rules: readonly ExpandedRule[];
};

export type ExpandedTable = {
  readonly family: Family;
  readonly table: TableName;
  readonly ownership: 'shared' | 'exclusive';
  /** Null in exclusive ownership. */
  readonly owner: string | null;
  readonly chains: readonly ExpandedChain[];
};

export type ExpandedSet = {
  readonly name: string;
  readonly declared: string;
  /** Type and options, as `ipset save` prints them. */
  readonly header: string;
  /** Null where the content is the business of others. */
  readonly entries: readonly string[] | null;
};

export type ExpandedNamespace = {
  /** `host`, a name, or a glob as it is written. */
  readonly namespace: string;
  readonly backend: BackendChoice;
  readonly sets: readonly ExpandedSet[];
  readonly tables: readonly ExpandedTable[];
};

/** What a state stands for, without the machine: `fw expand --json`. */
export type ExpansionDocument = {
  readonly format_version: '1.0';
  readonly kind: 'expansion';
  readonly state: string;
  readonly namespaces: readonly ExpandedNamespace[];
};
