import type { StepOwnership } from '../ownership/types.ts';
import type { Backend, Family, Namespace, Policy, Table, TableName } from '../rules/types.ts';
import type { KeptSet } from '../sets/ipset/types.ts';

/** One table as it was before fw first wrote there, and what fw has had to do with it since. */
export type TableBefore = {
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
  /** When fw first wrote there: UTC, ISO 8601. */
  readonly at: string;
  /** What fw has owned of it so far, at the most. */
  readonly ownership: StepOwnership;
  /** When a shared table became exclusive: from then on `before` says what stood there at that moment. Absent where it always was exclusive, or never. */
  readonly exclusiveAt?: string;
  /** Policies that fw has set in a shared table, as it set them last. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** The table without counters; null where it did not exist. */
  readonly before: Table | null;
  /** An older fw wrote there first and did not keep what was there: `before` says nothing. */
  readonly isUnknown?: true;
  /** fw went back to it, so the next write begins a new record. */
  readonly isLeft?: true;
};

/** The same for a set. */
export type SetBefore = {
  readonly name: string;
  readonly at: string;
  /** Null where there was none of that name. */
  readonly before: KeptSet | null;
  readonly isUnknown?: true;
  readonly isLeft?: true;
};

export type NamespaceBefore = {
  readonly namespace: Namespace;
  readonly tables: readonly TableBefore[];
  readonly sets: readonly SetBefore[];
};

/** Generation 0: what was live before fw. It grows: each table and each set enters it once, when fw first writes there. */
export type BeforeFw = { readonly version: 1; readonly namespaces: readonly NamespaceBefore[] };
