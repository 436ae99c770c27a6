import type { Backend, Family } from '../../src/core/rules/types.ts';
import type { ExtensionCase } from './extension-rules.ts';

/** A rule of an extension that iptables 1.8.9 has, and that fw must refuse on this kernel, in the families named. */
export type RefusedCase = {
  readonly extension: string;
  readonly place: ExtensionCase['place'];
  readonly rule: string;
  readonly families: readonly Family[];
  /** The only backend that refuses it; the other loads it. */
  readonly backend?: Backend;
  readonly why: string;
};

const NO_MODULE = 'this kernel was built without it';
const BOTH: readonly Family[] = ['ipv4', 'ipv6'];

export const REFUSED_CASES: readonly RefusedCase[] = [
  {
    extension: 'CLUSTERIP',
    place: 'filter INPUT',
    rule: '-d 10.0.0.1/32 -i eth0 -j CLUSTERIP --new --hashmode sourceip --clustermac 01:00:5e:00:00:01 --total-nodes 2 --local-node 1',
    families: ['ipv4'],
    why: NO_MODULE,
  },
  { extension: 'ULOG', place: 'filter INPUT', rule: '-j ULOG', families: ['ipv4'], why: NO_MODULE },
  { extension: 'LED', place: 'filter INPUT', rule: '-j LED --led-trigger-id a', families: BOTH, why: NO_MODULE },
  { extension: 'ipvs', place: 'filter INPUT', rule: '-m ipvs --ipvs -j DROP', families: BOTH, why: NO_MODULE },
  {
    extension: 'osf',
    place: 'filter INPUT',
    rule: '-p tcp -m osf --genre Linux -j DROP',
    families: ['ipv6'],
    why: 'fingerprints are of IPv4 only',
  },
  {
    extension: 'addrtype',
    place: 'filter INPUT',
    rule: '-m addrtype --dst-type BROADCAST -j DROP',
    families: ['ipv6'],
    why: 'IPv6 has no broadcast',
  },
  {
    extension: 'nfacct',
    place: 'filter INPUT',
    rule: '-m nfacct --nfacct-name web -j ACCEPT',
    families: BOTH,
    why: 'the accounting object, which only the program nfacct makes, does not exist',
  },
  {
    extension: 'bpf',
    place: 'filter INPUT',
    rule: '-m bpf --object-pinned /sys/fs/bpf/fwtest -j ACCEPT',
    families: BOTH,
    why: 'nothing is pinned there',
  },
  {
    extension: 'CT',
    place: 'raw PREROUTING',
    rule: '-p tcp -j CT --timeout fwtest',
    families: BOTH,
    why: 'the timeout policy, which only the program nfct makes, does not exist',
  },
  {
    extension: 'SECMARK',
    place: 'security INPUT',
    rule: '-j SECMARK --selctx system_u:object_r:httpd_packet_t:s0',
    families: BOTH,
    why: 'no security module that knows such contexts runs',
  },
  {
    extension: 'HMARK',
    place: 'mangle PREROUTING',
    rule: '-j HMARK --hmark-tuple src --hmark-src-prefix 24 --hmark-mod 5 --hmark-rnd 1',
    families: BOTH,
    why: 'src in the tuple stands for a prefix length already',
  },
];
