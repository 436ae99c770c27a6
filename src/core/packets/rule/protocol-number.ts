import type { Family } from '../../rules/types.ts';

/** As iptables and /etc/protocols of Debian name them; iptables-save prints the names of the machine. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Object.entries({ icmp: 1, igmp: 2, ggp: 3, ipencap: 4, ipv4: 4, st: 5, tcp: 6, egp: 8, igp: 9, pup: 12, udp: 17 }),
  ...Object.entries({ hmp: 20, 'xns-idp': 22, rdp: 27, 'iso-tp4': 29, dccp: 33, xtp: 36, ddp: 37, 'idpr-cmtp': 38 }),
  ...Object.entries({ ipv6: 41, 'ipv6-route': 43, 'ipv6-frag': 44, idrp: 45, rsvp: 46, gre: 47, esp: 50, ah: 51 }),
  ...Object.entries({ skip: 57, icmpv6: 58, 'ipv6-icmp': 58, 'ipv6-nonxt': 59, 'ipv6-opts': 60, rspf: 73, vmtp: 81 }),
  ...Object.entries({ eigrp: 88, ospf: 89, 'ax.25': 93, ipip: 94, etherip: 97, encap: 98, pim: 103, ipcomp: 108 }),
  ...Object.entries({ carp: 112, vrrp: 112, l2tp: 115, isis: 124, sctp: 132, fc: 133, 'ipv6-mh': 135, mh: 135 }),
  ...Object.entries({ 'mobility-header': 135, udplite: 136, 'mpls-in-ip': 137, manet: 138, hip: 139, shim6: 140 }),
  ...Object.entries({ wesp: 141, rohc: 142, ethernet: 143 }),
]);

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const DCCP = 33;
export const ICMPV6 = 58;
export const SCTP = 132;
export const UDPLITE = 136;

/** Those whose packets begin with a source and a destination port. */
export const WITH_PORTS: ReadonlySet<number> = new Set([TCP, UDP, DCCP, SCTP, UDPLITE]);

/** The protocol of the messages of each family. */
export const ICMP_OF: Readonly<Record<Family, number>> = { ipv4: ICMP, ipv6: ICMPV6 };

/** Undefined for a name that fw does not know and for what is no number of a protocol. 0 is every protocol. */
export function protocolNumber(text: string): number | undefined {
  if (text === 'all') return 0;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : NUMBERS.get(text);
  return number !== undefined && number < 256 ? number : undefined;
}

const NAMES: ReadonlyMap<number, string> = new Map(
  ['icmp', 'igmp', 'tcp', 'udp', 'dccp', 'ipv6', 'gre', 'esp', 'ah', 'icmpv6', 'ospf', 'vrrp', 'sctp', 'udplite'].map(
    (name) => [NUMBERS.get(name) ?? 0, name],
  ),
);

/** Every name that is read. */
export const PROTOCOL_NAMES: readonly string[] = [...NUMBERS.keys()];

/** The name that people use, or the number. */
export function protocolName(number: number): string {
  return NAMES.get(number) ?? String(number);
}
