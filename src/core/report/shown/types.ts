import type { Backend, Counters, Family, Namespace, Policy, TableName } from '../../rules/types.ts';
import type { SetHeader } from '../../sets/ipset/types.ts';

type ShownRule = { readonly text: string; readonly counters?: Counters; readonly origin?: string };

export type ShownChain = {
  readonly name: string;
  readonly policy?: Policy;
  readonly counters?: Counters;
  readonly rules: readonly ShownRule[];
};

/** One table as a generation declares it or as it is live: rules that are shown as they are, not compared. */
export type ShownTable = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
  /** The state that declares it, where a generation holds several. */
  readonly state?: string;
  readonly chains: readonly ShownChain[];
};

/** One set as a generation declares it. */
export type ShownSet = {
  readonly namespace: Namespace;
  readonly name: string;
  readonly header: SetHeader;
  /** As after `ipset add NAME`; undefined where the content is the business of others. */
  readonly entries: readonly string[] | undefined;
};
