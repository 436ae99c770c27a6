import { parseAddress } from '../../../src/core/packets/address.ts';
import type { Trace, TracedPacket } from '../../../src/core/packets/trace/types.ts';

type End = { readonly address?: bigint; readonly port?: number };

/**
 * Packets that conntrack may take for the answer to another one that NAT gave another address, and those others: each is judged as the first of its connection, which it
 * may not be for the kernel. `traced` gives the ways of a packet by each ruleset. One that never passes leaves no entry that could be answered.
 */
export function answeredPackets(
  packets: readonly TracedPacket[],
  passes: (at: number) => boolean,
  traced: (packet: TracedPacket) => readonly Trace[],
): ReadonlySet<number> {
  const bySource = new Map<string, number[]>();
  for (const [at, packet] of packets.entries()) {
    const key = sourceKey(packet.protocol, packet.source, packet.sourcePort);
    bySource.set(key, [...(bySource.get(key) ?? []), at]);
  }
  const found = new Set<number>();
  for (const [at, packet] of packets.entries()) {
    for (const { to, from } of passes(at) ? traced(packet).flatMap(translations) : []) {
      const destination = { address: packet.destination, port: packet.destinationPort, ...to };
      const source = { address: packet.source, ...from };
      for (const other of bySource.get(sourceKey(packet.protocol, destination.address, destination.port)) ?? []) {
        // Where the kernel picks one of several addresses, any may be it.
        const isPicked = from !== undefined && from.address === undefined;
        if (other !== at && (isPicked || packets[other]?.destination === source.address)) found.add(other).add(at);
      }
    }
  }
  return found;
}

function sourceKey(protocol: number, address: bigint, port: number | undefined): string {
  return `${protocol} ${address} ${port ?? ''}`;
}

function translations({ end }: Trace): readonly { readonly to?: End; readonly from?: End }[] {
  if (end.kind === 'open') return [...translations(end.met), ...translations(end.unmet)];
  if (end.kind !== 'verdict') return [];
  const { to, from } = end.outcome;
  if (to === undefined && from === undefined) return [];
  return [{ ...(to === undefined ? {} : { to: endOf(to) }), ...(from === undefined ? {} : { from: endOf(from) }) }];
}

/** An address, a port, or both; of several nothing is known. */
function endOf(text: string): End {
  const alone = parseAddress(text);
  if (alone !== undefined) return { address: alone.value };
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? bare ?? '');
  return {
    ...(address === undefined ? {} : { address: address.value }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
