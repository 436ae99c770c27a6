import type { Family } from '../../rules/types.ts';
import { printAddress } from '../print-address.ts';
import { protocolName } from '../rule/protocol-number.ts';
import type { TracedPacket } from './types.ts';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
const WHERE: Readonly<Record<TracedPacket['path'], string>> = {
  INPUT: 'to this host',
  FORWARD: 'through this host',
  OUTPUT: 'from this host',
};

/** `tcp 198.51.100.7:40000 -> 192.0.2.1:22, in eth0, NEW SYN, to this host`. */
export function packetLine(packet: TracedPacket, family: Family): string {
  const { protocol, source, destination, sourcePort, destinationPort, links, state, icmp, tcpFlags, mark, path } =
    packet;
  const end = (address: bigint, port: number | undefined) => {
    const host = printAddress(family, address);
    if (port === undefined) return host;
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  };
  const flags = FLAGS.filter((_, bit) => ((tcpFlags ?? 0) >> bit) & 1).join(',');
  return [
    `${protocolName(protocol)} ${end(source, sourcePort)} -> ${end(destination, destinationPort)}`,
    ...(icmp === undefined ? [] : [`type ${icmp >> 8} code ${icmp & 255}`]),
    ...(links.input === undefined ? [] : [`in ${links.input}`]),
    ...(links.output === undefined ? [] : [`out ${links.output}`]),
    flags === '' ? state : `${state} ${flags}`,
    ...(mark === undefined ? [] : [`mark 0x${mark.toString(16)}`]),
    WHERE[path],
  ].join(', ');
}
