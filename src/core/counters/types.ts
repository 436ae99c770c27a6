import type { Brought } from '../generation/blame.ts';
import type { Backend, Counters, Family, TableName } from '../rules/types.ts';

/** One counter of the kernel: that of a live rule, or of the policy of a built-in chain. */
export type CounterRow = {
  /** `host` or the name. */
  readonly namespace: string;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** Of a rule in its chain, counted from 1; undefined for the policy. */
  readonly position: number | undefined;
  /** The rule as iptables-save prints it, or `policy DROP`, which no rule is: a rule begins with a dash. */
  readonly text: string;
  readonly counters: Counters;
  /**
   * False where the kernel may not count there at all: iptables-nft 1.8.9 makes the built-in chains of a table without counters of their policies, and a policy counts from
   * when somebody sets it (`-P`, or a line `:CHAIN POLICY` of restore text). What has counted something counts.
   */
  readonly isSure: boolean;
};

/** Who brought a rule or a policy. */
export type Owner =
  | ({ readonly kind: 'state'; readonly state: string } & Brought)
  /** A program that is known for chains of such a name; a hint and no proof. */
  | { readonly kind: 'program'; readonly program: string }
  /** A rule, or a policy DROP, that no state of the newest generation declares. */
  | { readonly kind: 'foreign' }
  /** A policy ACCEPT that no state declares: so the kernel makes it. */
  | { readonly kind: 'kernel' };

export type OwnedRow = CounterRow & { readonly owner: Owner };

/** One text in one chain, whatever its position. */
export function rowKey(row: Pick<CounterRow, 'namespace' | 'family' | 'table' | 'chain' | 'text'>): string {
  return `${row.namespace}\n${row.family}\n${row.table}\n${row.chain}\n${row.text}`;
}

/** As in the documents of a plan: `host/ipv4/filter/INPUT#3`, `host/ipv4/filter/INPUT#policy`. */
export function rowAddress({ namespace, family, table, chain, position }: CounterRow): string {
  return `${namespace}/${family}/${table}/${chain}#${position ?? 'policy'}`;
}
