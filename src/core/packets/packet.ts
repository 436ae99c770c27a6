import { type Address, isLoopback, parseAddress } from './address.ts';
import type { Answer } from './answer.ts';
import type { SshConnection } from './ssh-connection.ts';

export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK' | 'URG';

/** The interface a packet comes in or goes out by: its name, any but `lo`, or none at this hook. */
export type Link = { readonly name: string } | 'not lo' | 'none';

/** A TCP packet, as far as it is known. */
export type Packet = {
  readonly source: Address;
  readonly destination: Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly input: Link;
  readonly output: Link;
  /** State in the eyes of conntrack; absent when it is not known. */
  readonly state?: 'NEW' | 'ESTABLISHED';
  readonly flags: Readonly<Record<TcpFlag, Answer>>;
};

/** The packets that a TCP connection stands or falls with, seen from the server. */
export type SessionPackets = {
  /** The first of another connection from the same place, as after a break. */
  readonly opening: Packet;
  readonly established: Packet;
  /**
   * One of a running connection that conntrack has not seen before, because nothing in the namespace asked for conntrack until now: the
   * kernel takes it as NEW, although it is no SYN (net.netfilter.nf_conntrack_tcp_loose; test/kernel/evaluate.test.ts).
   */
  readonly midStream: Packet;
  readonly reply: Packet;
};

const NO_FLAGS = { FIN: 'no', SYN: 'no', RST: 'no', PSH: 'no', ACK: 'no', URG: 'no' } as const;

/** Undefined for addresses that are none. */
export function sessionPackets(ssh: SshConnection): SessionPackets | undefined {
  const client = parseAddress(ssh.clientAddress);
  const server = parseAddress(ssh.serverAddress);
  if (client === undefined || server === undefined) return undefined;
  const link = linkOf(client, server);
  const inbound = {
    source: client,
    destination: server,
    sourcePort: ssh.clientPort,
    destinationPort: ssh.serverPort,
    input: link,
    output: 'none',
  } as const;
  const acknowledges = { ...NO_FLAGS, ACK: 'yes', PSH: 'unknown' } as const;
  return {
    opening: { ...inbound, state: 'NEW', flags: { ...NO_FLAGS, SYN: 'yes' } },
    established: { ...inbound, state: 'ESTABLISHED', flags: acknowledges },
    midStream: { ...inbound, state: 'NEW', flags: acknowledges },
    reply: {
      source: server,
      destination: client,
      sourcePort: ssh.serverPort,
      destinationPort: ssh.clientPort,
      input: 'none',
      output: link,
      state: 'ESTABLISHED',
      // Of the answer to a SYN as well.
      flags: { ...acknowledges, SYN: 'unknown' },
    },
  };
}

function linkOf(client: Address, server: Address): Link {
  if (isLoopback(client) || client.value === server.value) return { name: 'lo' };
  const zone = client.zone ?? server.zone;
  // A zone may also be the number of an interface.
  return zone === undefined || /^\d+$/.test(zone) ? 'not lo' : { name: zone };
}
