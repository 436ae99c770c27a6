import type { Family } from '../../rules/types.ts';
import { anyAddress } from '../address.ts';
import { DCCP, UDPLITE } from '../rule/protocol-number.ts';
import type { Action, Translation } from '../types/action.ts';
import type { Range } from '../types/condition.ts';
import { exactly, MARK_BITS, type Mark, type MovingPacket, placeText, stateOf, stateRange } from './moving-packet.ts';
import type { PacketChange, TraceOptions } from './types.ts';

export type Applied = { readonly packet: MovingPacket; readonly changes: readonly PacketChange[] };

/** What an action makes of the packet. Verdicts and ways through chains are the caller's. */
export function applyAction(action: Action, packet: MovingPacket, family: Family, options: TraceOptions): Applied {
  switch (action.kind) {
    case 'mark':
      return marked(packet, 'mark', changedBits(packet.mark, action));
    case 'connection-mark':
      return isTracked(packet)
        ? marked(packet, 'connectionMark', changedBits(packet.connectionMark, action))
        : unchanged(packet);
    case 'save-mark':
      if (!isTracked(packet)) return unchanged(packet);
      return marked(
        packet,
        'connectionMark',
        copiedBits(packet.connectionMark, action.connectionMask, packet.mark, action.packetMask),
      );
    case 'restore-mark':
      if (!isTracked(packet)) return unchanged(packet);
      return marked(
        packet,
        'mark',
        copiedBits(packet.mark, action.packetMask, packet.connectionMark, action.connectionMask),
      );
    case 'untrack':
      return untracked(packet);
    case 'rewrite':
      return rewritten(packet, action);
    case 'fill-set':
      return { packet: { ...packet, filledSets: new Set([...packet.filledSets, action.set]) }, changes: [] };
    case 'translate':
      return translated(packet, action, family, options);
    default:
      return unchanged(packet);
  }
}

function unchanged(packet: MovingPacket): Applied {
  return { packet, changes: [] };
}

function isTracked(packet: MovingPacket): boolean {
  return ['NEW', 'ESTABLISHED', 'RELATED'].includes(stateOf(packet));
}

function marked(packet: MovingPacket, field: 'mark' | 'connectionMark', mark: Mark): Applied {
  const what = field === 'mark' ? 'mark' : 'connection mark';
  return { packet: { ...packet, [field]: mark }, changes: [{ what, to: markText(mark) }] };
}

function markText({ value, known }: Mark): string {
  const hex = `0x${(value & known & MARK_BITS).toString(16)}`;
  return (known & MARK_BITS) === MARK_BITS ? hex : `${hex}/0x${(known & MARK_BITS).toString(16)}`;
}

function changedBits(mark: Mark, { clear, xor }: { readonly clear: bigint; readonly xor: bigint }): Mark {
  return { value: ((mark.value & ~clear) ^ xor) & MARK_BITS, known: mark.known | clear };
}

function copiedBits(to: Mark, toMask: bigint, from: Mark, fromMask: bigint): Mark {
  // Bits of the other mark that the mask leaves out are zero.
  const known = (to.known | toMask) & (from.known | (MARK_BITS & ~fromMask));
  return { value: ((to.value & ~toMask) ^ (from.value & fromMask)) & MARK_BITS, known };
}

/** CT gives a packet its entry once: where it has one the kernel leaves it alone. */
function untracked(packet: MovingPacket): Applied {
  if (packet.hasEntry || stateOf(packet) === 'UNTRACKED') return unchanged(packet);
  const fields = { ...packet.fields, state: stateRange('UNTRACKED') };
  return { packet: { ...packet, fields, hasEntry: true }, changes: [{ what: 'state', to: 'UNTRACKED' }] };
}

function rewritten(packet: MovingPacket, { what, key }: { readonly what: string; readonly key: string }): Applied {
  if (what !== 'conntrack')
    return { packet: { ...packet, rewritten: new Map([...packet.rewritten, [what, key]]) }, changes: [] };
  if (packet.hasEntry) return unchanged(packet);
  // The template that CT puts in place of an entry is NEW for the rules of raw behind it.
  return { packet: { ...packet, hasEntry: true, fields: { ...packet.fields, state: stateRange('NEW') } }, changes: [] };
}

function translated(
  packet: MovingPacket,
  { what, to }: { readonly what: 'source' | 'destination'; readonly to: Translation },
  family: Family,
  options: TraceOptions,
): Applied {
  const port = what === 'source' ? 'sourcePort' : 'destinationPort';
  const address =
    to.local === true ? localAddress(packet, what, family, options) : (to.addresses ?? packet.fields[what]);
  const fields = { ...packet.fields, [what]: address, [port]: pickPort(packet, port, to.ports) };
  const isOther = !isSame(fields[what], packet.fields[what]) || !isSame(fields[port], packet.fields[port]);
  const links =
    to.local === true && what === 'destination' && packet.links.input === undefined
      ? { ...packet.links, output: 'lo' }
      : packet.links;
  const isLocal = packet.isLocal || (to.local === true && what === 'destination');
  const next: MovingPacket = {
    ...packet,
    fields,
    links,
    isLocal,
    translated: { ...packet.translated, [what]: isOther },
  };
  return { packet: next, changes: [{ what, to: placeText(next, what, family) }] };
}

/** Protocols of which some kernels translate the ports and others do not. */
const SOMETIMES: ReadonlySet<number> = new Set([DCCP, UDPLITE]);

/** A port that is among those of the rule stays. */
function pickPort(
  { fields, original }: MovingPacket,
  side: 'sourcePort' | 'destinationPort',
  ports: Range | undefined,
): Range {
  const port = fields[side];
  if (ports === undefined || (ports[0] <= port[0] && port[1] <= ports[1])) return port;
  return SOMETIMES.has(original.protocol) ? [0n, 65535n] : ports;
}

function isSame(one: Range, other: Range): boolean {
  return one[0] === other[0] && one[1] === other[1] && one[0] === one[1];
}

/** REDIRECT sends to the first address of the interface by which the packet came in, and to loopback what this host sends. */
function localAddress(
  packet: MovingPacket,
  what: 'source' | 'destination',
  family: Family,
  { localAddress: find }: TraceOptions,
): Range {
  const { input } = packet.links;
  if (what === 'destination' && input === undefined) return exactly(family === 'ipv4' ? 0x7f000001n : 1n);
  const address = what === 'destination' && input !== undefined ? find?.(input) : undefined;
  return address === undefined ? anyAddress(family) : exactly(address);
}
