import type { ParsedRule } from '../../rule-text/parse-rule.ts';
import type { Family, Policy, TableName } from '../../rules/types.ts';
import type { CountersDocument } from './counters-document.ts';
import type { Source } from './placed.ts';

export type Action = 'create' | 'update' | 'delete' | 'move';

/** `parsed` stands in the document of a plan; null for a rule that cannot be read for sure. */
type RuleSide = { readonly position: number; readonly rule: string; readonly parsed?: ParsedRule | null };

type PolicySide = { readonly policy: Policy };

type ChainSide = { readonly chain: string };

export type Side = RuleSide | PolicySide | ChainSide;

/** One change of the kernel, as in the plan document of Terraform. Namespaces are strings: `host` or the name. */
export type ResourceChange = TableChange | SetChange;

export type TableChange = {
  /** `NAMESPACE/FAMILY/TABLE/CHAIN#N`: N is the new position, `-N` the old one of a removed rule, `policy` the policy. A chain has no `#`. */
  readonly address: string;
  readonly type: 'rule' | 'policy' | 'chain';
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly change: {
    readonly actions: readonly [Action];
    readonly before: Side | null;
    readonly after: Side | null;
  };
  readonly source: Source | null;
  /** Of the rule as it is live; null for what is not live yet. */
  readonly counters: CountersDocument | null;
  /** Nothing but a comment differs, so the rule goes on with these counters; left out otherwise. */
  readonly counters_kept?: true;
};

/** A set as it is or will be: the options as `ipset save` prints them, the number of its entries. */
export type SetSide = { readonly type: string; readonly options: string; readonly entries: number };

/** A set that comes, goes, or changes its entries or options. */
export type SetChange = {
  /** `NAMESPACE/set/NAME`, with the name in the kernel. */
  readonly address: string;
  readonly type: 'set';
  readonly namespace: string;
  /** Null for types without addresses. */
  readonly family: Family | null;
  /** Name in the kernel. */
  readonly set: string;
  /** Name in the state; that in the kernel where it is not declared. */
  readonly declared: string;
  readonly change: {
    readonly actions: readonly ['create' | 'update' | 'delete'];
    readonly before: SetSide | null;
    readonly after: SetSide | null;
  };
  /** How many entries come and go, and the first few of each as one writes them behind `ipset add NAME`. */
  readonly entries: {
    readonly added: number;
    readonly removed: number;
    readonly first_added: readonly string[];
    readonly first_removed: readonly string[];
  };
  readonly source: Source | null;
};
