import type { Family, TableName } from '../../rules/types.ts';

/** The way of a packet: to this host, through it, from it. */
export const PATHS = ['INPUT', 'FORWARD', 'OUTPUT'] as const;

export type Path = (typeof PATHS)[number];

/** Which packets: the first of a connection, or one of a connection that runs. */
export const CONNECTIONS = ['new', 'running'] as const;

export type Connections = (typeof CONNECTIONS)[number];

/** A rule or a policy. `number` counts from 1 and is absent for the policy. */
export type RulePlace = {
  readonly table: TableName;
  readonly chain: string;
  readonly number?: number;
  /** The rule as iptables-save prints it, or the policy's name. */
  readonly text: string;
  /** Where it was written, `file:line`, where a plan knows that. */
  readonly origin?: string;
};

export type Outcome = {
  /** `queue` and `unknown` name what they depend on in `detail`. */
  readonly verdict: 'accept' | 'drop' | 'reject' | 'queue' | 'unknown';
  readonly detail?: string;
  /** Where the connection is sent by DNAT or REDIRECT, as text: `10.0.0.5:8443`, `this host:8080`. */
  readonly to?: string;
  /** Whom it comes from after SNAT or MASQUERADE, as text. */
  readonly from?: string;
  readonly by: RulePlace;
  /** How many more rules and policies decide so about packets of the region. */
  readonly others?: number;
};

/**
 * A set of packets that can be read: what is absent may be anything. A network or range is text as iptables writes it. In a list whose items all begin
 * with `!` is what none of them names; of interfaces the longest pattern that fits a name decides.
 */
export type Flow = {
  /** `tcp`, `udp`, `icmp`, or a number as text. */
  readonly protocol?: readonly string[];
  readonly source?: readonly string[];
  readonly destination?: readonly string[];
  readonly sourcePorts?: readonly string[];
  readonly destinationPorts?: readonly string[];
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  /** What else has to hold: `icmp echo-request`, `flags SYN/SYN,ACK`, `state UNTRACKED`, `mark 0x1/0xf`. */
  readonly also?: readonly string[];
  /** Open questions on which the packets depend: `limit 5/sec of fw-INPUT 4 lets it pass`. */
  readonly where?: readonly string[];
};

export type Effect = 'opened' | 'closed' | 'other';

/** Packets that change alike, by one changed rule. */
export type Region = {
  readonly effect: Effect;
  readonly was: Outcome;
  readonly will: Outcome;
  /** The changed rule that is responsible; of the table before where it was removed. */
  readonly rule: RulePlace & { readonly side: 'before' | 'after' };
  readonly flows: readonly Flow[];
  /** Flows that are not listed. */
  readonly more: number;
};

/**
 * exact: the regions are disjoint and complete; none of them is proved silence.
 * at-most: the node limit was reached; no packet outside of the regions changes.
 * not-judged: nothing is said, and why.
 */
export type Claim =
  | { readonly kind: 'exact' }
  | { readonly kind: 'at-most'; readonly nodes: number }
  | { readonly kind: 'not-judged'; readonly because: string };

export type PathTraffic = {
  readonly family: Family;
  readonly path: Path;
  readonly connections: Connections;
  readonly claim: Claim;
  readonly regions: readonly Region[];
  /** Open questions that are equal on both sides and were met: their texts. */
  readonly questions: readonly string[];
  /**
   * Nothing that leaves the path differs: verdict, translation, queue, mark, ctmark, TTL, DSCP and what else is rewritten, rates and shared state.
   * False where that is not proved.
   */
  readonly noEffect: boolean;
  /** Outside of the regions nothing that leaves the path differs. Absent where that is `noEffect`. */
  readonly restUnchanged?: boolean;
};

/**
 * What a comparison takes for granted beside the rules of its two sides.
 * only-declared: nothing but what is declared is in the tables, and policies that are not declared are ACCEPT.
 * other-backend-gone: the rules of the backend that is left decide alone before, those of the planned one alone after. Until the former are removed packets meet both.
 * untouched-as-declared: tables that the plan leaves alone hold what is declared and nothing else; a saved plan knows no more of them.
 */
export type Supposition = 'only-declared' | 'other-backend-gone' | 'untouched-as-declared';

/** What a plan does to traffic in one or more namespaces whose rules change alike. A family of which no rule changes is not among the paths. */
export type Traffic = {
  readonly namespaces: readonly string[];
  readonly paths: readonly PathTraffic[];
  readonly supposing?: Supposition;
  /** Tables of nft that are not tables of iptables and of which nothing is said: `inet f2b-table`. Absent where that was not asked. */
  readonly notLookedAt?: readonly string[];
};

/** Whether each packet of a flow passes. `passes` names what accepts; `fails` the first packets that do not. */
export type FlowProof =
  | { readonly kind: 'proved'; readonly by: readonly RulePlace[] }
  | { readonly kind: 'not-proved'; readonly flows: readonly Flow[]; readonly more: number; readonly outcome: Outcome }
  | { readonly kind: 'not-judged'; readonly because: string };
