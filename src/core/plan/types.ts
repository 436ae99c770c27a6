import type { Transaction } from '../restore/edit.ts';
import type { Backend, Chain, Counters, Family, Namespace, Policy, Table, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** Where a rule was written, ready to print: `file:line`, with ` (template:line)` behind it for what a template made. */
export type Origin = string;

/** What happens to one chain; `kept` pairs are a longest common subsequence of the two rule lists, by text, ascending. */
export type ChainDiff = {
  readonly name: string;
  readonly before?: Chain;
  readonly after?: Chain;
  readonly kept: readonly (readonly [from: number, to: number])[];
};

/** Only chains that differ, ordered: built-in chains in hook order, then user chains by name. */
export type TableDiff = { readonly name: TableName; readonly chains: readonly ChainDiff[] };

/** One row of a chain's hunk. Positions count from 1, as iptables counts. */
export type Line =
  | { readonly kind: 'keep'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly kind: 'skip'; readonly count: number }
  | { readonly kind: 'add'; readonly to: number; readonly text: string; readonly origin?: Origin }
  | { readonly kind: 'remove'; readonly from: number; readonly text: string; readonly counters?: Counters }
  | {
      readonly kind: 'move';
      readonly from: number;
      readonly to: number;
      readonly text: string;
      readonly counters?: Counters;
      readonly origin?: Origin;
    }
  | {
      readonly kind: 'change';
      readonly from: number;
      readonly to: number;
      readonly before: string;
      readonly text: string;
      readonly counters?: Counters;
      /** Nothing but a comment differs, and the counters go on. */
      readonly keepsCounters?: true;
      readonly origin?: Origin;
    };

export type ChainChange = {
  readonly name: string;
  readonly status: 'new' | 'removed' | 'changed';
  readonly policy?: { readonly from: Policy; readonly to: Policy; readonly origin?: Origin };
  readonly lines: readonly Line[];
};

/**
 * Which chains of a table fw may write. Shared: those of these owners, apart from `others`, which another state of the data folder has under
 * the same owner; exclusive: all but the kept ones.
 */
export type StepOwnership =
  | { readonly kind: 'shared'; readonly owners: readonly string[]; readonly others?: readonly string[] }
  | { readonly kind: 'exclusive'; readonly keep: readonly string[] };

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
