import type { Family } from '../../rules/types.ts';
import { SCTP, TCP, UDP, UDPLITE } from '../rule/protocol-number.ts';
import type { TracedPacket } from '../trace/types.ts';
import { internetChecksum, sctpChecksum } from './checksum.ts';

const LATER = { ipv4: 100, ipv6: 100 } as const;
const FRAGMENT_HEADER = 44;

export type PacketLabel = {
  /** It comes with the packet: the IP id of IPv4, the lower half of the flow label of IPv6. */
  readonly id: number;
  /** TTL or hop limit. */
  readonly ttl: number;
};

/** A packet as it is on the wire, from its IP header on, with right checksums, so that conntrack takes it for what it is. */
export function packetBytes(family: Family, packet: TracedPacket, label: PacketLabel): Uint8Array {
  const width = family === 'ipv4' ? 4 : 16;
  const [source, destination] = [addressBytes(packet.source, width), addressBytes(packet.destination, width)];
  const payload = transportBytes(packet, label.id, (body, protocol) =>
    pseudoHeader(source, destination, protocol, body.length, family),
  );
  return family === 'ipv4'
    ? joined(ipv4Header(packet, label, source, destination, payload.length), payload)
    : joined(ipv6Header(packet, label, source, destination, payload.length), payload);
}

type Pseudo = (body: Uint8Array, protocol: number) => Uint8Array;

function transportBytes(packet: TracedPacket, id: number, pseudo: Pseudo): Uint8Array {
  const { protocol, sourcePort = 0, destinationPort = 0, icmp = 0, tcpFlags = 0 } = packet;
  const body = new DataView(new ArrayBuffer(bodyLength(protocol)));
  const bytes = new Uint8Array(body.buffer);
  if (packet.sourcePort !== undefined) {
    body.setUint16(0, sourcePort);
    body.setUint16(2, destinationPort);
  }
  if (protocol === TCP) {
    body.setUint32(4, 1);
    body.setUint32(8, tcpFlags & 16 ? 1 : 0);
    body.setUint16(12, (5 << 12) | tcpFlags);
    body.setUint16(14, 1024);
    body.setUint16(16, internetChecksum(pseudo(bytes, TCP), bytes));
  } else if (protocol === UDP || protocol === UDPLITE) {
    // The coverage of UDP-Lite is 0: all of it.
    body.setUint16(4, protocol === UDP ? bytes.length : 0);
    body.setUint16(6, internetChecksum(pseudo(bytes, protocol), bytes) || 0xffff);
  } else if (protocol === SCTP) {
    // INIT, with a tag, a window, one stream each way and a first number.
    body.setUint32(12, (1 << 24) | 20);
    body.setUint32(16, 1);
    body.setUint32(20, 1500);
    body.setUint32(24, (1 << 16) | 1);
    body.setUint32(28, 1);
    body.setUint32(8, sctpChecksum(bytes), true);
  } else if (packet.icmp !== undefined) {
    body.setUint16(0, icmp);
    body.setUint16(4, id);
    body.setUint16(6, 1);
    body.setUint16(2, internetChecksum(...(protocol === 1 ? [] : [pseudo(bytes, protocol)]), bytes));
  }
  return bytes;
}

function bodyLength(protocol: number): number {
  return protocol === TCP ? 20 : protocol === SCTP ? 32 : 8;
}

function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
  family: Family,
): Uint8Array {
  const tail =
    family === 'ipv4' ? [0, protocol, length >> 8, length & 255] : [0, 0, length >> 8, length & 255, 0, 0, 0, protocol];
  return joined(source, destination, Uint8Array.from(tail));
}

function ipv4Header(
  { protocol, laterFragment }: TracedPacket,
  { id, ttl }: PacketLabel,
  source: Uint8Array,
  destination: Uint8Array,
  length: number,
): Uint8Array {
  const header = new DataView(new ArrayBuffer(12));
  header.setUint16(0, 0x4500);
  header.setUint16(2, 20 + length);
  header.setUint16(4, id);
  header.setUint16(6, laterFragment === true ? LATER.ipv4 : 0);
  header.setUint16(8, (ttl << 8) | protocol);
  const bytes = new Uint8Array(header.buffer);
  header.setUint16(10, internetChecksum(bytes, source, destination));
  return joined(bytes, source, destination);
}

function ipv6Header(
  { protocol, laterFragment }: TracedPacket,
  { id, ttl }: PacketLabel,
  source: Uint8Array,
  destination: Uint8Array,
  length: number,
): Uint8Array {
  const fragment = new DataView(new ArrayBuffer(laterFragment === true ? 8 : 0));
  if (laterFragment === true) {
    fragment.setUint8(0, protocol);
    fragment.setUint16(2, LATER.ipv6 << 3);
    fragment.setUint32(4, id);
  }
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, 0x60000000 + id);
  header.setUint16(4, length + fragment.byteLength);
  header.setUint16(6, ((laterFragment === true ? FRAGMENT_HEADER : protocol) << 8) | ttl);
  return joined(new Uint8Array(header.buffer), source, destination, new Uint8Array(fragment.buffer));
}

function addressBytes(value: bigint, width: 4 | 16): Uint8Array {
  return Uint8Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * (width - 1 - at))) & 0xffn));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const bytes of parts) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
