import type { Family } from '../../rules/types.ts';
import { type Address, isLoopback, parseAddress } from '../address.ts';
import { ICMP_OF, protocolNumber, TCP, WITH_PORTS } from '../rule/protocol-number.ts';
import { icmpKind } from '../rule/read-icmp.ts';
import { CT_STATES } from '../types/condition.ts';
import { firstState } from './first-state.ts';
import type { CtState, TracedPacket } from './types.ts';

/** A packet as a person describes it. */
export type PacketWords = {
  readonly protocol: string;
  /** Address, with a port where the protocol has ports: `198.51.100.7:40000`, `[2001:db8::7]:40000`. */
  readonly source: string;
  readonly destination: string;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly state?: string | undefined;
  /** Flags of TCP, `SYN` without. */
  readonly flags?: string | undefined;
  /** Type, and code, of ICMP: an echo request without. */
  readonly icmp?: string | undefined;
  readonly mark?: string | undefined;
  readonly mac?: string | undefined;
};

export type PacketRead =
  | { readonly family: Family; readonly packet: Omit<TracedPacket, 'path'> }
  | { readonly problem: string; readonly next?: string };

const FLAG_BITS: Readonly<Record<string, number>> = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32 };
const SYN = 2;
const ACK = 16;

/** Nothing is guessed: what the packet needs and the words do not have is a problem. */
export function readTracedPacket(words: PacketWords): PacketRead {
  const [source, destination] = [readEnd(words.source), readEnd(words.destination)];
  if (source === undefined)
    return { problem: `${JSON.stringify(words.source)} is no address, nor an address with a port` };
  if (destination === undefined)
    return { problem: `${JSON.stringify(words.destination)} is no address, nor an address with a port` };
  const { family } = source.address;
  if (destination.address.family !== family) return { problem: 'one address is IPv4 and the other IPv6' };
  const protocol = readProtocol(words.protocol, family);
  if (protocol === undefined)
    return { problem: `${JSON.stringify(words.protocol)} is no protocol`, next: 'Write tcp, udp, icmp or a number.' };
  const ports = readPorts(protocol, source.port, destination.port);
  if ('problem' in ports) return ports;
  const fields = readFields(words, protocol, family);
  if ('problem' in fields) return fields;
  const links = linksOf(words, source.address, destination.address);
  const packet = {
    protocol,
    source: source.address.value,
    destination: destination.address.value,
    ...ports,
    ...fields,
    links,
  };
  const state = readState(words.state, packet, family);
  return typeof state === 'string' ? { family, packet: { ...packet, state } } : state;
}

type End = { readonly address: Address; readonly port?: number };

function readEnd(text: string): End | undefined {
  const alone = parseAddress(text);
  if (alone !== undefined) return { address: alone };
  const [, bracketed, bare, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? bare ?? '');
  const port = Number(digits);
  return address === undefined || port > 65535 ? undefined : { address, port };
}

function readProtocol(text: string, family: Family): number | undefined {
  if (text === 'icmp') return ICMP_OF[family];
  const number = protocolNumber(text);
  return number === 0 ? undefined : number;
}

type Ports = Pick<TracedPacket, 'sourcePort' | 'destinationPort'>;

function readPorts(
  protocol: number,
  sourcePort?: number,
  destinationPort?: number,
): Ports | { readonly problem: string } {
  if (!WITH_PORTS.has(protocol)) {
    return sourcePort === undefined && destinationPort === undefined ? {} : { problem: 'the protocol has no ports' };
  }
  if (sourcePort === undefined) return { problem: 'the source has no port: write it as ADDRESS:PORT' };
  if (destinationPort === undefined) return { problem: 'the destination has no port: write it as ADDRESS:PORT' };
  return { sourcePort, destinationPort };
}

type Fields = Pick<TracedPacket, 'icmp' | 'tcpFlags' | 'mark' | 'mac'>;

function readFields(
  { flags, icmp, mark, mac, state }: PacketWords,
  protocol: number,
  family: Family,
): Fields | { readonly problem: string } {
  const isIcmp = protocol === ICMP_OF[family];
  if (flags !== undefined && protocol !== TCP) return { problem: 'only tcp has flags' };
  if (icmp !== undefined && !isIcmp) return { problem: 'only icmp has a type' };
  // A packet of a connection that runs acknowledges something.
  const tcpFlags = flags === undefined ? (state === 'established' ? ACK : SYN) : readFlags(flags);
  if (tcpFlags === undefined)
    return { problem: `${JSON.stringify(flags)} are no flags: SYN, ACK, FIN, RST, PSH, URG, joined by commas` };
  const kind = icmpKind(icmp ?? 'echo-request', family);
  if (isIcmp && kind === undefined) return { problem: `${JSON.stringify(icmp)} is no type of ICMP` };
  const markNumber =
    mark === undefined ? undefined : /^(0x[0-9a-fA-F]{1,8}|\d{1,9})$/.test(mark) ? BigInt(mark) : 'no mark';
  if (markNumber === 'no mark') return { problem: `${JSON.stringify(mark)} is no mark` };
  if (mac !== undefined && !/^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(mac))
    return { problem: `${JSON.stringify(mac)} is no MAC address` };
  return {
    ...(protocol === TCP ? { tcpFlags } : {}),
    ...(isIcmp && kind !== undefined ? { icmp: kind[0] * 256 + (kind[1] ?? 0) } : {}),
    ...(markNumber === undefined ? {} : { mark: markNumber }),
    ...(mac === undefined ? {} : { mac: BigInt(`0x${mac.replaceAll(':', '')}`) }),
  };
}

function readFlags(text: string): number | undefined {
  let bits = 0;
  if (text === 'NONE') return 0;
  for (const name of text.toUpperCase().split(',')) {
    const bit = Object.hasOwn(FLAG_BITS, name) ? FLAG_BITS[name] : undefined;
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}

/** What a host sends to itself goes through lo. */
function linksOf({ input, output }: PacketWords, source: Address, destination: Address): TracedPacket['links'] {
  const isOwn =
    input === undefined && output === undefined && (isLoopback(destination) || source.value === destination.value);
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? (isOwn ? { output: 'lo' } : {}) : { output }),
  };
}

function readState(
  word: string | undefined,
  packet: Omit<TracedPacket, 'path' | 'state'>,
  family: Family,
): CtState | { readonly problem: string; readonly next: string } {
  if (word !== undefined) {
    const found = CT_STATES.find((state) => state === word.toUpperCase());
    return (
      found ?? {
        problem: `${JSON.stringify(word)} is no state`,
        next: 'Write new, established, related, invalid or untracked.',
      }
    );
  }
  const path = packet.links.input === undefined ? 'OUTPUT' : 'INPUT';
  return (
    firstState({ ...packet, path }, family, {}) ?? {
      problem: 'whether conntrack takes this packet for the first of a connection depends on the kernel',
      next: 'Give --ctstate, such as --ctstate established.',
    }
  );
}
