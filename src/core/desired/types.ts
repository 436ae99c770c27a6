import type { ConnectionWish } from '../connections/wish.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Path } from '../packets/types/traffic.ts';
import type { Namespace, Rule } from '../rules/types.ts';
import type { DesiredSet } from '../sets/ipset/types.ts';
import type { Claim } from './claim.ts';

export type BackendChoice = 'auto' | 'nft' | 'legacy';

/** A rule as it was written: quoted as iptables-save quotes, on one line, and not yet in the kernel's spelling. */
export type DesiredRule = Rule & { readonly span: Span };

export type DesiredChain = {
  /** Name in the kernel, prefix included. */
  readonly name: string;
  /** Name as declared; differs from `name` in shared ownership. */
  readonly declared: string;
  /** Shared ownership: the built-in chain that gets a jump to this chain. */
  readonly hookInto?: string;
  readonly rules: readonly DesiredRule[];
  readonly span: Span;
};

/** A claim as it is declared: its rules are not yet in the kernel's spelling, and everything has its place. */
export type DesiredClaim = Omit<Claim, 'state' | 'policySpans' | 'chains'> & {
  readonly policySpans: Readonly<Record<string, Span>>;
  readonly chains: readonly DesiredChain[];
};

export type DesiredNamespace = {
  readonly namespace: Namespace;
  readonly backend: BackendChoice;
  /**
   * Owners that documents of this namespace use in shared ownership. Their chains are cleaned from every table,
   * also from tables that no document mentions any more.
   */
  readonly owners: readonly string[];
  /** By family, then by table. Of one table either any number of shared claims of different owners, or exactly one exclusive claim. */
  readonly claims: readonly DesiredClaim[];
  /** Lists behind what they hold. */
  readonly sets: readonly DesiredSet[];
};

/** What a check tries. */
export type Probe =
  /** `host` is an address (IPv6 without brackets) or a name. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Without `status` any 2xx passes. */
  | { readonly kind: 'http'; readonly url: string; readonly status?: number }
  /** The absolute path of a program, then its arguments. */
  | { readonly kind: 'command'; readonly words: readonly string[] };

/** Something that must hold after an apply, as seen from one namespace. */
export type Check = {
  readonly probe: Probe;
  readonly from: Namespace;
  /** Tries after the first one. */
  readonly retries: number;
  /** Of one try. */
  readonly timeoutMs: number;
  /** Between two tries. */
  readonly waitMs: number;
  readonly name?: string;
  readonly span: Span;
};

/** A check as a plan carries it to another machine: `origin` is `file:line`. */
export type PlannedCheck = Omit<Check, 'span'> & { readonly origin: string };

/** What a state says of the packets of a flow: all of them pass, none does, or each does for some answer to what rules alone do not tell. */
export type Expectation = {
  readonly kind: 'allow' | 'deny' | 'allow-if';
  readonly path: Path;
  /** As `printFlow` prints it. */
  readonly flow: string;
  readonly span: Span;
};

/** What must be so of the rules, in each of its namespaces. */
export type StateTest = {
  readonly namespaces: readonly Namespace[];
  readonly name?: string;
  readonly expectations: readonly Expectation[];
  readonly span: Span;
};

export type PlannedExpectation = Omit<Expectation, 'span'> & {
  readonly origin: string;
  /** Which part of a flow that must stay reachable it is; absent where a test of the state asks it. */
  readonly part?: 'begins' | 'goes on' | 'answers' | 'neighbours';
};

/** A test as a plan carries it: `origin` is `file:line`. */
export type PlannedTest = Omit<StateTest, 'span' | 'expectations'> & {
  readonly expectations: readonly PlannedExpectation[];
  readonly origin: string;
};

/** Packets that must get through after every apply, with their answers, in each of its namespaces. */
export type ReachableFlow = {
  readonly namespaces: readonly Namespace[];
  readonly name?: string;
  readonly path: Path;
  /** As `printFlow` prints it. */
  readonly flow: string;
  readonly span: Span;
};

/** A flow that must get through, as a plan carries it. */
export type PlannedFlow = Omit<ReachableFlow, 'span'> & { readonly origin: string };

/** What becomes of connections that an apply refuses, in each of its namespaces. */
export type WishedConnections = {
  readonly namespaces: readonly Namespace[];
  readonly value: ConnectionWish;
  readonly span: Span;
};

/** Namespaces in which an apply ends the connections that it refuses, as a plan carries them: `origin` is `file:line`. */
export type PlannedConnections = { readonly namespaces: readonly Namespace[]; readonly origin: string };

/** What a state promises of packets and connections, as a plan carries it; absent is the same as none. */
export type Promises = {
  readonly tests?: readonly PlannedTest[];
  readonly reachable?: readonly PlannedFlow[];
  readonly connections?: readonly PlannedConnections[];
};

/** `checks` belong to the apply as a whole, in the order in which they are written. */
export type DesiredState = {
  readonly namespaces: readonly DesiredNamespace[];
  readonly checks: readonly Check[];
  readonly tests: readonly StateTest[];
  readonly reachable: readonly ReachableFlow[];
  readonly connections: readonly WishedConnections[];
  /** What the documents call the state. */
  readonly name?: { readonly value: string; readonly span: Span };
};
