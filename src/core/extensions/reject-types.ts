import type { Family } from '../rules/types.ts';

/** Values of `--reject-with` that one family has, with the short forms that iptables takes. `port-unreach` and `tcp-reset` exist in both. */
const FAMILIES_OF: Readonly<Record<Family, ReadonlySet<string>>> = {
  ipv4: new Set([
    'net-unreach',
    'host-unreach',
    'proto-unreach',
    'net-prohib',
    'host-prohib',
    'admin-prohib',
    'tcp-rst',
  ]),
  ipv6: new Set(['no-route', 'adm-prohibited', 'addr-unreach', 'policy-fail', 'reject-route']),
};

/** What the other family answers with in place of each: what RHEL ships and what the kernel's own mixed tables (`icmpx`) send. */
const COUNTERPARTS: readonly (readonly [RegExp, string])[] = [
  [/^icmp-net-unreachable$|^net-unreach$/, 'icmp6-no-route'],
  [/^icmp-host-unreachable$|^host-unreach$/, 'icmp6-addr-unreachable'],
  [/^icmp-(?:net|host|admin)-prohibited$|^(?:net|host|admin)-prohib$/, 'icmp6-adm-prohibited'],
  [/^icmp-(?:port|proto)-unreachable$|^proto-unreach$/, 'icmp6-port-unreachable'],
  [/^icmp6-no-route$|^no-route$/, 'icmp-net-unreachable'],
  [/^icmp6-addr-unreachable$|^addr-unreach$/, 'icmp-host-unreachable'],
  [/^icmp6-port-unreachable$/, 'icmp-port-unreachable'],
  [/^icmp6-|^adm-prohibited$|^policy-fail$|^reject-route$/, 'icmp-admin-prohibited'],
];

/** The one family that has a kind of answer. */
export function familyOfReject(type: string): Family | undefined {
  if (type.startsWith('icmp-') || FAMILIES_OF.ipv4.has(type)) return 'ipv4';
  return type.startsWith('icmp6-') || FAMILIES_OF.ipv6.has(type) ? 'ipv6' : undefined;
}

/** What the other family would answer with. */
export function counterpartOf(type: string): string | undefined {
  return COUNTERPARTS.find(([pattern]) => pattern.test(type))?.[1];
}
