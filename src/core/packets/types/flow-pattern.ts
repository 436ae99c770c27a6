import type { Family } from '../../rules/types.ts';
import type { CT_STATES, Range } from './condition.ts';
import type { Path } from './traffic.ts';

/** The values that are among the items; with `not` all others. */
export type Among<Item> = { readonly not: boolean; readonly items: readonly Item[] };

/** Networks and single addresses are ranges; a mask with holes (`10.0.0.1/255.0.0.255`) is none. A set is one of addresses or networks. */
export type FlowAddress =
  | { readonly kind: 'range'; readonly family: Family; readonly range: Range }
  | { readonly kind: 'masked'; readonly family: Family; readonly mask: bigint; readonly value: bigint }
  | { readonly kind: 'set'; readonly name: string };

/** With `prefix` any interface whose name begins with it. */
export type FlowLink = { readonly name: string; readonly prefix: boolean };

/** Without a code all codes of the type. */
export type FlowIcmp = { readonly type: number; readonly code?: number };

/**
 * A set of packets that a person wrote. It is exact: a packet is in it or not. What is absent may be anything; all that is there has to hold.
 * A packet has ports only where its protocol has: with ports every protocol is one of tcp, udp, udplite, sctp and dccp.
 */
export type FlowPattern = {
  /** Those whose packets are meant: never empty, and one where an address, an ICMP type or a word says so. */
  readonly families: readonly Family[];
  /** Where a person named it: to this host, through it, from it. */
  readonly path?: Path;
  readonly protocols?: Among<number>;
  /** Of a list with addresses of both families each family takes its own, also with `not`. */
  readonly source?: Among<FlowAddress>;
  readonly destination?: Among<FlowAddress>;
  readonly sourcePorts?: Among<Range>;
  readonly destinationPorts?: Among<Range>;
  readonly input?: Among<FlowLink>;
  readonly output?: Among<FlowLink>;
  readonly icmp?: Among<FlowIcmp>;
  /** Without it the question says which packets it is about: the first of a connection, or those of one that runs. */
  readonly states?: Among<(typeof CT_STATES)[number]>;
};
