import type { Span } from '../diagnostics/span.ts';

export type Family = 'ipv4' | 'ipv6';
export type Backend = 'nft' | 'legacy';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';
export type Policy = 'ACCEPT' | 'DROP';

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** What nft calls a family. */
export const NFT_FAMILY: Readonly<Record<Family, string>> = { ipv4: 'ip', ipv6: 'ip6' };

/** Packets and bytes. Strings of digits: the kernel counts in 64 bits, more than a JavaScript number holds. */
export type Counters = readonly [packets: string, bytes: string];

/** A rule as iptables-save prints it after `-A CHAIN `. Two rules are the same rule when their texts are equal. */
export type Rule = {
  readonly text: string;
  readonly counters?: Counters;
  /** Where the rule was written, if it was: rules of live tables have none. */
  readonly span?: Span;
  /** What its state calls it: rules of live tables have none. */
  readonly id?: string;
};

export type Chain = {
  readonly name: string;
  /** Present on the built-in chains of the table and only there: that is how the two kinds are told apart. */
  readonly policy?: Policy;
  /** Counters of the policy. */
  readonly counters?: Counters;
  readonly rules: readonly Rule[];
};

/** Chains in the order in which they were printed. A chain name occurs once. */
export type Table = { readonly name: TableName; readonly chains: readonly Chain[] };

/** A table that is missing is pristine: built-in chains only, no rules, policy ACCEPT. */
export type Ruleset = { readonly family: Family; readonly tables: readonly Table[] };

export type Namespace = { readonly kind: 'host' } | { readonly kind: 'named'; readonly name: string };

/** What iptables-save printed of one family of one namespace. */
export type Snapshot = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  readonly ruleset: Ruleset;
  /** The tables that matter; all when it is left out. */
  readonly tables?: readonly TableName[];
};

/** Live rules of one namespace, of one backend. */
export type LiveRules = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly rulesets: Readonly<Record<Family, Ruleset>>;
};

/** One thing to save; `backend` picks the binary. */
export type SaveRequest = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  /** All tables unless given. The legacy backend makes a table that it is asked for by name. */
  readonly table?: TableName;
};
