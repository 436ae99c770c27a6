import type { Family } from '../ruleset/types.ts';

/**
 * Matches and targets of iptables 1.8.9 that only one family can load, found by loading every one of its extensions in both families
 * (test/kernel/desired-families.test.ts). What is not here is taken for both, and the kernel decides.
 */
const MATCHES: ReadonlyMap<string, Family> = new Map([
  ...only('ipv4', ['icmp', 'osf', 'realm', 'ttl']),
  ...only('ipv6', ['dst', 'eui64', 'frag', 'hbh', 'hl', 'icmp6', 'icmpv6', 'ipv6header', 'mh', 'rt', 'srh']),
]);

const TARGETS: ReadonlyMap<string, Family> = new Map([
  ...only('ipv4', ['CLUSTERIP', 'ECN', 'TTL', 'ULOG']),
  ...only('ipv6', ['DNPT', 'HL', 'SNPT']),
]);

/** Values of `--reject-with`, with the short forms that iptables takes. `port-unreach` and `tcp-reset` exist in both families. */
const REJECTS: ReadonlyMap<string, Family> = new Map([
  ...only('ipv4', [
    'net-unreach',
    'host-unreach',
    'proto-unreach',
    'net-prohib',
    'host-prohib',
    'admin-prohib',
    'tcp-rst',
  ]),
  ...only('ipv6', ['no-route', 'adm-prohibited', 'addr-unreach', 'policy-fail', 'reject-route']),
]);

const STANDARD_TARGETS = ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'];

const SHARED_TARGETS = [
  'AUDIT CHECKSUM CLASSIFY CONNMARK CONNSECMARK CT DNAT DSCP HMARK IDLETIMER LED LOG MARK MASQUERADE NETMAP NFLOG NFQUEUE NOTRACK',
  'RATEEST REDIRECT REJECT SECMARK SET SNAT SYNPROXY TCPMSS TCPOPTSTRIP TEE TOS TPROXY TRACE',
].flatMap((names) => names.split(' '));

/** Targets of iptables 1.8.9. */
export const ALL_TARGETS: ReadonlySet<string> = new Set([...STANDARD_TARGETS, ...SHARED_TARGETS, ...TARGETS.keys()]);

/** True for names that `-j` takes for a target, not for a chain. */
export function isTarget(name: string): boolean {
  return ALL_TARGETS.has(name);
}

export function familyOfMatch(name: string): Family | undefined {
  return MATCHES.get(name);
}

export function familyOfTarget(name: string): Family | undefined {
  return TARGETS.get(name);
}

export function familyOfReject(type: string): Family | undefined {
  if (type.startsWith('icmp-')) return 'ipv4';
  return type.startsWith('icmp6-') ? 'ipv6' : REJECTS.get(type);
}

function only(family: Family, names: readonly string[]): readonly (readonly [string, Family])[] {
  return names.map((name) => [name, family]);
}
