import type { Chain, Counters, Policy, TableName } from '../rules/types.ts';

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
