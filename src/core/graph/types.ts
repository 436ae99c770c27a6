import type { Family, Policy, TableName } from '../rules/types.ts';

/** Whether something is on both sides of a plan, or on one. What is live alone, or desired alone, has no other side. */
export type GraphChange = 'kept' | 'new' | 'gone';

/** A target that is no chain of the table, as often as rules of one chain name it. */
export type GraphVerdict = { readonly target: string; readonly rules: number; readonly packets: string | null };

export type GraphChain = {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly builtin: boolean;
  /** Null for a chain that has none. */
  readonly policy: Policy | null;
  /** What the policy counted; null where no counter is known. */
  readonly packets: string | null;
  readonly rules: number;
  /** Rules that come and go from one side of a plan to the other; 0 where there is one side. A rule that only moves is neither. */
  readonly rules_added: number;
  readonly rules_removed: number;
  /** A plan leaves the same rules in another order. */
  readonly reordered: boolean;
  /** What the policy was, where a plan changes it; null otherwise. */
  readonly policy_before: Policy | null;
  readonly verdicts: readonly GraphVerdict[];
  /** `fw` with the name of the state, a program that is known for chains of such a name, or `foreign`; null for a built-in chain. */
  readonly owner: string | null;
  /** Whether jumps lead there from a built-in chain, whatever packets they match. */
  readonly reachable: boolean;
  readonly change: GraphChange;
};

/** All rules of one chain that lead to another one. */
export type GraphJump = {
  readonly family: Family;
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
  /** Some of them are `-g`: what they lead to does not come back. */
  readonly goto: boolean;
  readonly rules: number;
  readonly packets: string | null;
  readonly change: GraphChange;
};

export type Graph = { readonly chains: readonly GraphChain[]; readonly jumps: readonly GraphJump[] };

/** `fw graph --json`. */
export type GraphDocument = {
  readonly format_version: '1.0';
  readonly kind: 'graph';
  readonly namespace: string;
  /** `plan`: from what is live to what the state makes of it. */
  readonly rules: 'live' | 'desired' | 'plan';
} & Graph;
