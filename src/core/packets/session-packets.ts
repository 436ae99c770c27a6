import { UNKNOWN_BITS } from './bits.ts';
import { type Ends, endsOf, type Packet } from './packet.ts';
import type { SshConnection } from './ssh-connection.ts';

/** The packets that a TCP connection stands or falls with, seen from the server. */
export type SessionPackets = {
  /** The first of another connection from the same place, as after a break. */
  readonly opening: Packet;
  readonly established: Packet;
  /**
   * One of a running connection that conntrack has not seen before, because nothing in the namespace asked for conntrack until now: the
   * kernel takes it as NEW, although it is no SYN (test/kernel/evaluate.test.ts), and as INVALID where net.netfilter.nf_conntrack_tcp_loose is 0.
   */
  readonly midStream: Packet;
  readonly reply: Packet;
};

const NO_FLAGS = { FIN: 'no', SYN: 'no', RST: 'no', PSH: 'no', ACK: 'no', URG: 'no' } as const;
/** What rules, sockets and other programs wrote before a packet comes to the first chain is not known. */
const UNWRITTEN = { mark: UNKNOWN_BITS, connectionMark: UNKNOWN_BITS, rewritten: [] } as const;

/** Undefined for addresses that are none. */
export function sessionPackets(ssh: SshConnection): SessionPackets | undefined {
  const ends = endsOf(ssh);
  if (ends === undefined) return undefined;
  const { client, server, link } = ends;
  const inbound = { source: client, destination: server, input: link, output: 'none', ...UNWRITTEN } as const;
  const outbound = { source: server, destination: client, input: 'none', output: link, ...UNWRITTEN } as const;
  const ports = { sourcePort: ssh.clientPort, destinationPort: ssh.serverPort };
  const acknowledges = { ...NO_FLAGS, ACK: 'yes', PSH: 'unknown' } as const;
  return {
    opening: { ...inbound, content: { ...ports, flags: { ...NO_FLAGS, SYN: 'yes' } }, state: 'NEW' },
    established: { ...inbound, content: { ...ports, flags: acknowledges }, state: 'ESTABLISHED' },
    midStream: { ...inbound, content: { ...ports, flags: acknowledges }, state: 'NEW' },
    reply: {
      ...outbound,
      content: {
        sourcePort: ssh.serverPort,
        destinationPort: ssh.clientPort,
        // Of the answer to a SYN as well.
        flags: { ...acknowledges, SYN: 'unknown' },
      },
      state: 'ESTABLISHED',
    },
  };
}

/** What a router answers with where its next link takes less than the packet has, and the packet is not to be cut. */
const FRAGMENTATION_NEEDED = { icmp: 3, code: 4 } as const;
const PACKET_TOO_BIG = { icmpv6: 2 } as const;

/** The message by which a session learns that its segments are too large for a link on the way. Its sender is a router, for which the client stands. */
export function tooBig({ client, server, link }: Ends): Packet {
  const content = server.family === 'ipv4' ? FRAGMENTATION_NEEDED : PACKET_TOO_BIG;
  return { source: client, destination: server, input: link, output: 'none', content, state: 'RELATED', ...UNWRITTEN };
}

const ANY_LINK_LOCAL = { family: 'ipv6', value: 0xfe80n << 112n, known: ((1n << 64n) - 1n) << 64n } as const;
/** ff02::1:ff00:0/104, to which the last 24 bits of the address that is looked for are added. */
const SOLICITED = (0xff02n << 112n) | 0x1ff000000n;
const LOW_24 = 0xffffffn;
const ALL_128 = (1n << 128n) - 1n;
const [SOLICITATION, ADVERTISEMENT] = [135, 136];

/**
 * The messages of neighbour discovery without which an IPv6 connection ends as soon as the neighbour entry of either side ages. The next hop is a router,
 * which asks from a link-local address, or the client itself. conntrack leaves them alone (test/kernel/lockout.test.ts). Empty for IPv4 and for lo.
 */
export function neighbourPackets({ client, server, link }: Ends): readonly { name: string; packet: Packet }[] {
  if (server.family === 'ipv4' || (typeof link === 'object' && link.name === 'lo')) return [];
  const isLinkLocal = client.value >> 118n === 0x3fan;
  const hops = isLinkLocal ? [client] : [ANY_LINK_LOCAL, client];
  const solicited = { family: 'ipv6', value: SOLICITED | (server.value & LOW_24) } as const;
  const anySolicited = { family: 'ipv6', value: SOLICITED, known: ALL_128 ^ LOW_24 } as const;
  const message = (icmpv6: number) => ({ content: { icmpv6 }, state: 'UNTRACKED', ...UNWRITTEN }) as const;
  const inbound = { input: link, output: 'none' } as const;
  const outbound = { input: 'none', output: link } as const;
  return [
    ...hops.flatMap((source) =>
      [solicited, server].map((destination) => ({
        name: 'neighbour solicitations (ICMPv6 type 135)',
        packet: { source, destination, ...inbound, ...message(SOLICITATION) },
      })),
    ),
    ...hops.map((source) => ({
      name: 'neighbour advertisements (ICMPv6 type 136)',
      packet: { source, destination: server, ...inbound, ...message(ADVERTISEMENT) },
    })),
    ...[anySolicited, ...hops].map((destination) => ({
      name: 'own neighbour solicitations (ICMPv6 type 135)',
      packet: { source: server, destination, ...outbound, ...message(SOLICITATION) },
    })),
    ...hops.map((destination) => ({
      name: 'own neighbour advertisements (ICMPv6 type 136)',
      packet: { source: server, destination, ...outbound, ...message(ADVERTISEMENT) },
    })),
  ];
}
