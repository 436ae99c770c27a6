import { ICMPV6 } from '../packets/rule/protocol-number.ts';
import type { Among, FlowAddress, FlowLink, FlowPattern } from '../packets/types/flow-pattern.ts';

/** Packets of neighbour discovery, to this host or from it. */
export type NeighbourFlow = { readonly path: 'INPUT' | 'OUTPUT'; readonly flow: FlowPattern };

/** The end of a flow that is on this side of a link, and the link. Absent is any. */
export type LinkEnd = {
  readonly own?: Among<FlowAddress> | undefined;
  readonly link?: Among<FlowLink> | undefined;
};

type Range6 = Extract<FlowAddress, { readonly kind: 'range' }>;

export const LINK_LOCAL: FlowAddress = range(0xfe80n << 112n, 118n);
const MULTICAST: FlowAddress = range(0xffn << 120n, 120n);
/** ff02::1:ff00:0/104, with the last 24 bits of the address that is looked for. */
const SOLICITED_BASE = (0xff02n << 112n) | 0x1ff000000n;
const ALL_SOLICITED: FlowAddress = range(SOLICITED_BASE, 24n);
const LOW_24 = 0xffffffn;
const [SOLICITATION, ADVERTISEMENT] = [135, 136];

/**
 * What goes over a link between a host and a neighbour there before a packet of IPv6 does: the question of each side for the other's hardware address, to all that may have the address and later to
 * the address itself, and the answers. conntrack leaves them UNTRACKED (test/kernel/first-states.test.ts).
 */
export function neighbourFlows(neighbour: Among<FlowAddress>, { own, link }: LinkEnd): readonly NeighbourFlow[] {
  const here = unicast(own);
  const come = (type: number, destination: Among<FlowAddress>): NeighbourFlow => ({
    path: 'INPUT',
    flow: { ...message(type), source: neighbour, destination, ...(link === undefined ? {} : { input: link }) },
  });
  const go = (type: number, destination: Among<FlowAddress>): NeighbourFlow => ({
    path: 'OUTPUT',
    flow: { ...message(type), source: here, destination, ...(link === undefined ? {} : { output: link }) },
  });
  return [
    come(SOLICITATION, solicited(own)),
    come(SOLICITATION, here),
    come(ADVERTISEMENT, here),
    go(SOLICITATION, { not: false, items: [ALL_SOLICITED] }),
    go(SOLICITATION, neighbour),
    go(ADVERTISEMENT, neighbour),
  ];
}

function message(type: number) {
  return {
    families: ['ipv6'],
    protocols: { not: false, items: [ICMPV6] },
    icmp: { not: false, items: [{ type }] },
    states: { not: false, items: ['UNTRACKED'] },
  } as const satisfies FlowPattern;
}

/** Without those of groups, from which no packet comes. */
function unicast(own: Among<FlowAddress> | undefined): Among<FlowAddress> {
  const items = own6(own);
  if (own === undefined) return { not: true, items: [MULTICAST] };
  return own.not ? { not: true, items: [...items, MULTICAST] } : { not: false, items };
}

/** The groups in which the question for an address goes. */
function solicited(own: Among<FlowAddress> | undefined): Among<FlowAddress> {
  if (own === undefined || own.not) return { not: false, items: [ALL_SOLICITED] };
  const groups = own6(own).map((item): FlowAddress => {
    if (item.kind !== 'range' || item.range[0] !== item.range[1]) return ALL_SOLICITED;
    return range(SOLICITED_BASE | (item.range[0] & LOW_24), 0n);
  });
  return { not: false, items: groups.includes(ALL_SOLICITED) ? [ALL_SOLICITED] : groups };
}

function own6(own: Among<FlowAddress> | undefined): readonly FlowAddress[] {
  return (own?.items ?? []).filter((item) => item.kind === 'set' || item.family === 'ipv6');
}

/** All addresses that differ in the last `bits` bits alone. */
function range(first: bigint, bits: bigint): Range6 {
  return { kind: 'range', family: 'ipv6', range: [first, first | ((1n << bits) - 1n)] };
}

/** The addresses of a flow that may be those of neighbours: a link has networks of 64 bits, or of more. */
export function onLink(addresses: Among<FlowAddress> | undefined): Among<FlowAddress> | undefined {
  if (addresses === undefined || addresses.not) return undefined;
  const items = own6(addresses).filter((item) => item.kind === 'range' && item.range[1] - item.range[0] < 1n << 64n);
  return items.length === 0 ? undefined : { not: false, items };
}

/** Whether nothing of a flow goes over a link to a neighbour. */
export function isLoopbackOnly({ source, destination, input, output }: FlowPattern): boolean {
  const isOwn = (addresses: Among<FlowAddress> | undefined) =>
    addresses?.not === false && own6(addresses).every((item) => item.kind === 'range' && item.range[1] === 1n);
  const isLo = (links: Among<FlowLink> | undefined) =>
    links?.not === false && links.items.every(({ name, prefix }) => name === 'lo' && !prefix);
  return isOwn(source) || isOwn(destination) || isLo(input) || isLo(output);
}
