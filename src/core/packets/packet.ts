import { type Address, isLoopback, parseAddress } from './address.ts';
import type { Answer } from './answer.ts';
import { type Bits, joinBits } from './bits.ts';
import type { SshConnection } from './ssh-connection.ts';

export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK' | 'URG';

/** The interface a packet comes in or goes out by: its name, any at all, any but `lo`, or none at this hook. */
export type Link = { readonly name: string } | 'any' | 'not lo' | 'none';

export type TcpHeader = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: Readonly<Record<TcpFlag, Answer>>;
};

/** Type and code of a message of ICMP, or the type of one of ICMPv6, whose code is 0. Those of neighbour discovery come with a hop limit of 255. */
export type IcmpMessage = { readonly icmp: number; readonly code: number } | { readonly icmpv6: number };

export type PacketState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED' | 'unseen';

/** A packet, as far as it is known. */
export type Packet = {
  readonly source: Address;
  readonly destination: Address;
  readonly content: TcpHeader | IcmpMessage;
  readonly input: Link;
  readonly output: Link;
  /** State in the eyes of conntrack; absent when it is not known. `unseen` before conntrack looks at the packet, where a rule that asks is not judged. */
  readonly state?: PacketState;
  readonly mark: Bits;
  readonly connectionMark: Bits;
  /** Rules that wrote, or may have written, something else into it. */
  readonly rewritten: readonly string[];
};

export function isTcp(content: Packet['content']): content is TcpHeader {
  return 'flags' in content;
}

/** Redirects and what is in front of them in the list: router and neighbour solicitations and advertisements. */
export function isNeighbourMessage({ content }: Packet): boolean {
  return 'icmpv6' in content && content.icmpv6 >= 133 && content.icmpv6 <= 137;
}

/** What is known of a packet that came by one of two ways. */
export function joinPackets(one: Packet | undefined, other: Packet | undefined): Packet | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  const { state, ...rest } = one;
  return {
    ...rest,
    ...(state === undefined || state !== other.state ? {} : { state }),
    mark: joinBits(one.mark, other.mark),
    connectionMark: joinBits(one.connectionMark, other.connectionMark),
    rewritten: [...new Set([...one.rewritten, ...other.rewritten])],
  };
}

/** What rules write into packets, as text: equal for packets that are the same to every rule. */
export function packetKey({ state, mark, connectionMark, rewritten }: Packet): string {
  const bitsKey = ({ value, known, written }: Bits) =>
    `${value} ${known} ${written.map(({ mask, rule }) => `${mask} ${rule}`).join('\n')}`;
  return [state ?? '', bitsKey(mark), bitsKey(connectionMark), ...rewritten].join('\n');
}

/** The two ends of a session, and the interface between them. */
export type Ends = { readonly client: Address; readonly server: Address; readonly link: Link };

/** Undefined for addresses that are none. */
export function endsOf(ssh: SshConnection): Ends | undefined {
  const client = parseAddress(ssh.clientAddress);
  const server = parseAddress(ssh.serverAddress);
  if (client === undefined || server === undefined) return undefined;
  return { client, server, link: linkOf(client, server, ssh.over) };
}

/** What a host sends to an address of its own comes in by lo, whichever interface has the address. */
function linkOf(client: Address, server: Address, over: SshConnection['over']): Link {
  if (over === 'lo' || isLoopback(client) || client.value === server.value) return { name: 'lo' };
  if (over === 'any') return 'any';
  const zone = client.zone ?? server.zone;
  // A zone may also be the number of an interface.
  return zone === undefined || /^\d+$/.test(zone) ? 'not lo' : { name: zone };
}
