import { describe, expect, test } from 'vitest';
import { familyOfMatch, familyOfTarget, isTarget } from '../../src/core/extensions/names.ts';
import { familyOfReject } from '../../src/core/extensions/reject-types.ts';
import { FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';

const MATCHES = [
  'addrtype ah bpf cgroup cluster comment connbytes connlabel connlimit connmark conntrack cpu dccp devgroup dscp dst ecn esp eui64',
  'frag hashlimit hbh helper hl icmp icmp6 icmpv6 ipcomp iprange ipv6header ipvs length limit mac mark mh multiport nfacct osf owner',
  'physdev pkttype policy quota rateest realm recent rpfilter rt sctp set socket srh state statistic string tcp tcpmss time tos ttl u32 udp',
].flatMap((names) => names.split(' '));

const TARGETS = [
  'ACCEPT AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNMARK CONNSECMARK CT DNAT DNPT DROP DSCP ECN HL HMARK IDLETIMER LED LOG MARK MASQUERADE',
  'NETMAP NFLOG NFQUEUE NOTRACK QUEUE RATEEST REDIRECT REJECT RETURN SECMARK SET SNAT SNPT SYNPROXY TCPMSS TCPOPTSTRIP TEE TOS TPROXY',
  'TRACE TTL ULOG',
].flatMap((names) => names.split(' '));

const REJECTS = [
  'icmp-port-unreachable net-unreach host-unreach proto-unreach net-prohib host-prohib admin-prohib port-unreach icmp6-no-route',
  'no-route adm-prohibited addr-unreach policy-fail reject-route',
].flatMap((names) => names.split(' '));

/** The families in which iptables knows what the rule names; whether the rest of the rule is right does not matter. */
function familiesThatKnow(namespace: string, rule: string): readonly Family[] {
  return FAMILIES.filter((family) => {
    const program = family === 'ipv4' ? 'iptables-nft-restore' : 'ip6tables-nft-restore';
    const { stderr } = inNamespace(namespace, program, [], `*filter\n-A INPUT ${rule}\nCOMMIT\n`);
    return !/Couldn't load match|does not exist|unknown reject type/.test(stderr);
  });
}

function expected(family: Family | undefined): readonly Family[] {
  return family === undefined ? FAMILIES : [family];
}

describe('iptables loads an extension in exactly the families that the state is sorted by', () => {
  test('matches', () => {
    const namespace = makeNamespace('families');
    const found = MATCHES.map((name) => [name, familiesThatKnow(namespace, `-m ${name}`)]);
    expect(found).toEqual(MATCHES.map((name) => [name, expected(familyOfMatch(name))]));
  });

  test('targets', () => {
    const namespace = makeNamespace('families');
    const found = TARGETS.map((name) => [name, familiesThatKnow(namespace, `-j ${name}`), isTarget(name)]);
    expect(found).toEqual(TARGETS.map((name) => [name, expected(familyOfTarget(name)), true]));
  });

  test('types of REJECT', () => {
    const namespace = makeNamespace('families');
    const found = REJECTS.map((name) => [name, familiesThatKnow(namespace, `-j REJECT --reject-with ${name}`)]);
    expect(found).toEqual(REJECTS.map((name) => [name, expected(familyOfReject(name))]));
  });
});
