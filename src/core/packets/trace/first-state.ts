import type { Family } from '../../rules/types.ts';
import type { KernelSettings } from '../types/firewall.ts';
import type { CtState, TracedPacket } from './types.ts';

const TCP = 6;
const UDPLITE = 136;
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16] as const;

/** Types that ask something, so that a connection may begin with them. */
const ASKING: Readonly<Record<Family, ReadonlySet<number>>> = {
  ipv4: new Set([8, 13, 15, 17]),
  ipv6: new Set([128, 139]),
};

/** Neighbour discovery, multicast listeners and routers: conntrack leaves them alone. */
const UNTRACKED: ReadonlySet<number> = new Set([130, 131, 132, 133, 134, 135, 136, 143, 151, 152]);

/**
 * What conntrack takes a packet for that belongs to no connection it knows (Linux 6.18; test/kernel/first-states.test.ts). Undefined where it
 * depends on what is not known: net.netfilter.nf_conntrack_tcp_loose, or who checked the checksum of UDP-Lite that comes in, which
 * conntrack itself takes for wrong.
 */
export function firstState(
  { path, protocol, tcpFlags = 0, icmp = 0 }: Pick<TracedPacket, 'path' | 'protocol' | 'tcpFlags' | 'icmp'>,
  family: Family,
  { tcpLoose }: KernelSettings,
): CtState | undefined {
  if (protocol === TCP) return ofTcp(tcpFlags, tcpLoose);
  if (protocol === (family === 'ipv4' ? 1 : 58)) {
    const type = icmp >> 8;
    if (family === 'ipv6' && UNTRACKED.has(type)) return 'UNTRACKED';
    return ASKING[family].has(type) ? 'NEW' : 'INVALID';
  }
  return protocol === UDPLITE && path !== 'OUTPUT' ? undefined : 'NEW';
}

/** A SYN begins a connection. An ACK alone is one of a connection that began before conntrack looked, which is NEW if the kernel is loose. */
function ofTcp(flags: number, tcpLoose: boolean | undefined): CtState | undefined {
  const asked = flags & (FIN | SYN | RST | ACK);
  if (asked === SYN) return 'NEW';
  if (asked !== ACK) return 'INVALID';
  return tcpLoose === undefined ? undefined : tcpLoose ? 'NEW' : 'INVALID';
}
