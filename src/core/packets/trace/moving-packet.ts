import type { Family } from '../../rules/types.ts';
import { anyAddress } from '../address.ts';
import { printAddressRange } from '../print-address.ts';
import { CT_STATES, type FieldName, type LinkName, type Range } from '../types/condition.ts';
import type { CtState, TracedPacket } from './types.ts';

export const MARK_BITS = 0xffffffffn;

/** A mark, as far as its bits are known. */
export type Mark = { readonly value: bigint; readonly known: bigint };

/** The packet at one point of its way. A field of which more than one value is possible is a range. */
export type MovingPacket = {
  readonly fields: Readonly<Record<Exclude<FieldName, 'mark' | 'connectionMark'>, Range>>;
  readonly mark: Mark;
  readonly connectionMark: Mark;
  readonly links: Readonly<Partial<Record<LinkName, string>>>;
  /** As it came in. */
  readonly original: TracedPacket;
  /** CT gave it a template, or it has an entry from its way out through lo: the next CT does nothing. */
  readonly hasEntry: boolean;
  /** What rewriting targets made of it, by what they rewrite. */
  readonly rewritten: ReadonlyMap<string, string>;
  readonly filledSets: ReadonlySet<string>;
  /** REDIRECT sent it to this host. */
  readonly isLocal: boolean;
  readonly translated: { readonly source: boolean; readonly destination: boolean };
};

const ANY_MAC: Range = [0n, (1n << 48n) - 1n];

export function exactly(value: bigint | number): Range {
  return [BigInt(value), BigInt(value)];
}

/** The packet before raw. Behind it `enterConntrack` gives it its state. */
export function startPacket(packet: TracedPacket): MovingPacket {
  const isNew = packet.state === 'NEW';
  const cameThroughLo = packet.path === 'INPUT' && packet.links.input === 'lo' && packet.state !== 'UNTRACKED';
  return {
    fields: {
      source: exactly(packet.source),
      destination: exactly(packet.destination),
      protocol: exactly(packet.protocol),
      sourcePort: exactly(packet.sourcePort ?? 0),
      destinationPort: exactly(packet.destinationPort ?? 0),
      icmp: exactly(packet.icmp ?? 0),
      tcpFlags: exactly(packet.tcpFlags ?? 0),
      mac: packet.mac === undefined ? ANY_MAC : exactly(packet.mac),
      laterFragment: exactly(packet.laterFragment === true ? 1 : 0),
      // Before conntrack has seen it a packet has no entry, which rules see as INVALID.
      state: stateRange(cameThroughLo ? packet.state : 'INVALID'),
    },
    mark: { value: packet.mark ?? 0n, known: MARK_BITS },
    // The mark of a connection that runs is not known; without an entry there is none, and no rule sees one.
    connectionMark: { value: 0n, known: isNew ? MARK_BITS : 0n },
    // By which interface a packet goes out is known behind the route.
    links: packet.path === 'OUTPUT' ? packet.links : withoutOutput(packet.links),
    original: packet,
    hasEntry: cameThroughLo,
    rewritten: new Map(),
    filledSets: new Set(),
    isLocal: false,
    translated: { source: false, destination: false },
  };
}

export function withoutOutput({ output: _, ...links }: MovingPacket['links']): MovingPacket['links'] {
  return links;
}

export function stateRange(state: CtState): Range {
  return exactly(CT_STATES.indexOf(state));
}

export function stateOf({ fields }: MovingPacket): CtState {
  return CT_STATES[Number(fields.state[0])] ?? 'INVALID';
}

/** What conntrack makes of the packet behind raw; what CT took from it stays untracked. */
export function enterConntrack(packet: MovingPacket): MovingPacket {
  const state = stateOf(packet) === 'UNTRACKED' ? 'UNTRACKED' : packet.original.state;
  return { ...packet, fields: { ...packet.fields, state: stateRange(state) } };
}

/** `10.0.0.5:8443`, `[2001:db8::1]:80`, an address alone for a protocol without ports. */
export function placeText(packet: MovingPacket, side: 'source' | 'destination', family: Family): string {
  const address = packet.fields[side];
  const [first, last] = packet.fields[side === 'source' ? 'sourcePort' : 'destinationPort'];
  const host =
    address[0] === anyAddress(family)[0] && address[1] === anyAddress(family)[1]
      ? 'this host'
      : printAddressRange(family, address);
  if (packet.original.sourcePort === undefined) return host;
  const port = first === last ? String(first) : `${first}-${last}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
