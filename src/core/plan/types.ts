import type { ChainChange } from '../diff/types.ts';
import type { StepOwnership } from '../ownership/types.ts';
import type { Transaction } from '../restore/edit.ts';
import type { Backend, Family, Namespace, Table, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** One table of one family of one namespace: a commit of the kernel, or two where a hashlimit table is handed over. */
export type TableStep = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  readonly table: TableName;
  readonly ownership: StepOwnership;
  readonly chains: readonly ChainChange[];
  /** What the step does: one transaction, two where a hashlimit table is handed over, none where nothing is run from it. */
  readonly edits: readonly Transaction[];
  /** The way back from exactly the state after this step. */
  readonly reverse: readonly Transaction[];
  /** The whole table that the step starts from, with counters, undefined where there is none; and the one that it makes. */
  readonly before: Table | undefined;
  readonly after: Table;
  /** Digests of the table before and after, as planned; counters are left out. */
  readonly digests: Digests;
  /** The table did not exist before: going back removes it again where the backend can. */
  readonly created: boolean;
  /** Side effects that a reader of the rules alone would not expect, such as policy counters that a backend zeroes. */
  readonly notes: readonly string[];
};

/** Digests of what a step starts from and what it makes. */
export type Digests = { readonly before: string; readonly after: string };

/** A step for a table without what follows from its two tables: all that going back needs. */
export type StepFacts = Omit<TableStep, 'edits' | 'reverse'>;

/** What changes at once, and goes back at once. */
export type Step = TableStep | SetStep;

/** Rules of other programs in the planned namespaces, by chain. They are never changed. */
export type Foreign = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly rules: number;
};

export type PlannedNamespace = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  /** The other backend holds rules in this namespace as well; packets meet both, fw manages `backend`. */
  readonly alsoHeldBy?: Backend;
  readonly rules: { readonly ipv4: number; readonly ipv6: number };
};

export type Plan = {
  readonly version: 1;
  readonly namespaces: readonly PlannedNamespace[];
  /** In the order in which they are carried out, see `inOrder`. */
  readonly steps: readonly Step[];
  readonly foreign: readonly Foreign[];
};
