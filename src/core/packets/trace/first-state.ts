import type { Family } from '../../rules/types.ts';
import { ICMP_REQUESTS, UNTRACKED_ICMPV6 } from '../rule/icmp-states.ts';
import { ICMP_OF, TCP, UDPLITE } from '../rule/protocol-number.ts';
import type { KernelSettings } from '../types/firewall.ts';
import type { CtState, TracedPacket } from './types.ts';

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16] as const;

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
  if (protocol === ICMP_OF[family]) {
    const type = icmp >> 8;
    if (family === 'ipv6' && isUntracked(type)) return 'UNTRACKED';
    return ICMP_REQUESTS[family].includes(type) ? 'NEW' : 'INVALID';
  }
  return protocol === UDPLITE && path !== 'OUTPUT' ? undefined : 'NEW';
}

function isUntracked(type: number): boolean {
  return UNTRACKED_ICMPV6.some(([first, last]) => first <= type && type <= last);
}

/** A SYN begins a connection. An ACK alone is one of a connection that began before conntrack looked, which is NEW if the kernel is loose. */
function ofTcp(flags: number, tcpLoose: boolean | undefined): CtState | undefined {
  const asked = flags & (FIN | SYN | RST | ACK);
  if (asked === SYN) return 'NEW';
  if (asked !== ACK) return 'INVALID';
  return tcpLoose === undefined ? undefined : tcpLoose ? 'NEW' : 'INVALID';
}
