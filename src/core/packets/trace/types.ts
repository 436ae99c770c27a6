import type { Action } from '../types/action.ts';
import type { CT_STATES, LinkName, Question, Range } from '../types/condition.ts';
import type { Outcome, Path, RulePlace } from '../types/traffic.ts';

export type CtState = (typeof CT_STATES)[number];

/** One packet as it comes to the firewall. What is absent is not there (a port of ICMP) or not known (a MAC address). */
export type TracedPacket = {
  /** Where it goes by its destination as it came. DNAT may send it another way. */
  readonly path: Path;
  readonly protocol: number;
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** Type * 256 + code. */
  readonly icmp?: number;
  readonly tcpFlags?: number;
  readonly mac?: bigint;
  readonly laterFragment?: boolean;
  readonly links: Readonly<Partial<Record<LinkName, string>>>;
  /** What conntrack takes it for, behind raw. */
  readonly state: CtState;
  readonly mark?: bigint;
};

/** Where a packet goes that was sent to another destination. */
export type Route = { readonly path: 'INPUT' } | { readonly path: 'FORWARD'; readonly output: string };

export type TraceOptions = {
  /** What somebody outside of the rules knows about a question; without it both answers are followed. */
  readonly answer?: (question: Question) => boolean | undefined;
  /** Where a packet goes behind DNAT; undefined: as before. */
  readonly route?: (destination: Range) => Route | undefined;
  /** The address to which REDIRECT sends what comes in by an interface. */
  readonly localAddress?: (input: string) => bigint | undefined;
};

/** What a rule made of the packet, as people write it. */
export type PacketChange = {
  readonly what: 'source' | 'destination' | 'mark' | 'connection mark' | 'state';
  readonly to: string;
};

export type TraceStep =
  /** The packet meets the rule. With `may` it does so where the answer to this question is yes, and goes on as it is either way. */
  | {
      readonly kind: 'rule';
      readonly place: RulePlace;
      readonly action: Action;
      readonly changes: readonly PacketChange[];
      readonly may?: string;
    }
  /** The end of a built-in chain. */
  | { readonly kind: 'policy'; readonly place: RulePlace }
  /** The nat table was not asked: it is for the first packet of a connection that conntrack knows. */
  | { readonly kind: 'skipped'; readonly table: 'nat'; readonly chain: string; readonly state: CtState };

export type TraceEnd =
  | { readonly kind: 'verdict'; readonly outcome: Outcome }
  /** Both answers to a question that decides. */
  | {
      readonly kind: 'open';
      readonly question: string;
      readonly place: RulePlace;
      readonly met: Trace;
      readonly unmet: Trace;
    }
  /** Too many questions, or too many rules: nothing is told of the rest. */
  | { readonly kind: 'limit' };

/** The way of one packet through the tables. */
export type Trace = { readonly steps: readonly TraceStep[]; readonly end: TraceEnd };
