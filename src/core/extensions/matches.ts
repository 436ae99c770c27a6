import type { Family } from '../rules/types.ts';

/**
 * What a match leaves behind, and asks of what others left.
 * packet: it looks at the packet and at nothing that another packet leaves behind, and changes nothing.
 * tracks: with the first rule that has it the kernel begins to track connections, and a full table of connections drops packets.
 * stays: harmless where it is already; what it does when it comes into a table is not proven.
 * counts: it remembers packets, so the second of two equal rules may match where the first does not.
 */
export type Memory = 'packet' | 'tracks' | 'stays' | 'counts';

/** State of the kernel that all rules of one name share: the option that gives the name, and what the state is called. */
export type SharedState = { readonly option: string; readonly what: string };

/** What lives beside the rules in its network namespace, by the options that name it. `madeBy`: the target whose rule makes it, and its option. */
export type Needs = {
  readonly options: readonly string[];
  readonly what: string;
  readonly madeBy?: { readonly target: string; readonly option: string };
};

/** One match of iptables 1.8.9. What is absent is not known or does not hold; a match without a row is one of which nothing is known. */
type MatchRow = {
  /** The one family that can load it, found by loading every extension in both (test/kernel/desired-families.test.ts). */
  readonly family?: Family;
  readonly memory?: Memory;
  /** With the first rule that has it the kernel begins to track connections, also where `memory` says another thing. */
  readonly tracks?: true;
  /** It asks what the rules before may have changed in the packet or in a set. */
  readonly asksOthers?: true;
  /** Options that this match alone has, as people use them without it; `*` stands for any rest. */
  readonly options?: readonly string[];
  /** It comes with `-p` and this protocol. */
  readonly protocol?: string;
  readonly shares?: SharedState;
  /** It names what only its own tool, or a rule of its own, can make. */
  readonly needs?: Needs;
  /** The kernel takes it in every chain of every table, and whatever stands in the other chains (test/kernel/anywhere.test.ts). */
  readonly anywhere?: true;
  /** The evaluation of packets understands the match: beyond its options it asks nothing. */
  readonly understood?: true;
  /** It asks for ports, each by an option with their name: --sport, --dport, --sports, --dports. */
  readonly ports?: true;
};

/** Every match of which fw knows something besides its name. */
export const MATCHES: Readonly<Record<string, MatchRow>> = {
  addrtype: { memory: 'packet', options: ['--src-type', '--dst-type'] },
  ah: { anywhere: true, memory: 'packet' },
  bpf: { memory: 'stays' },
  cgroup: { memory: 'stays' },
  cluster: { tracks: true },
  comment: { anywhere: true, memory: 'packet', options: ['--comment'], understood: true },
  connbytes: { memory: 'counts', tracks: true, options: ['--connbytes', '--connbytes-*'] },
  connlabel: { tracks: true },
  connlimit: { memory: 'counts', tracks: true, options: ['--connlimit-*'] },
  connmark: { anywhere: true, memory: 'tracks', asksOthers: true, understood: true },
  conntrack: {
    anywhere: true,
    memory: 'tracks',
    options: [
      ...['--ctstate', '--ctstatus', '--ctproto', '--ctdir', '--ctexpire', '--ctorigsrc', '--ctorigdst', '--ctreplsrc'],
      ...['--ctrepldst', '--ctorigsrcport', '--ctorigdstport'],
    ],
    understood: true,
  },
  dccp: { anywhere: true, memory: 'packet', ports: true },
  devgroup: { memory: 'packet' },
  dscp: { anywhere: true, memory: 'packet', asksOthers: true },
  dst: { family: 'ipv6' },
  esp: { anywhere: true, memory: 'packet' },
  eui64: { family: 'ipv6' },
  frag: { family: 'ipv6' },
  hashlimit: {
    memory: 'counts',
    options: ['--hashlimit', '--hashlimit-*'],
    shares: { option: '--hashlimit-name', what: 'hashlimit table' },
  },
  hbh: { family: 'ipv6' },
  helper: { tracks: true },
  hl: { anywhere: true, family: 'ipv6', memory: 'packet', asksOthers: true, understood: true },
  icmp: { anywhere: true, family: 'ipv4', memory: 'packet', options: ['--icmp-type'], protocol: 'icmp' },
  icmp6: { anywhere: true, family: 'ipv6', memory: 'packet', understood: true },
  icmpv6: { anywhere: true, family: 'ipv6', options: ['--icmpv6-type'], protocol: 'icmpv6' },
  iprange: { anywhere: true, memory: 'packet', options: ['--src-range', '--dst-range'], understood: true },
  ipv6header: { family: 'ipv6' },
  length: { anywhere: true, memory: 'packet', options: ['--length'] },
  length2: { memory: 'counts' },
  limit: { anywhere: true, memory: 'counts', options: ['--limit', '--limit-burst'] },
  mac: { memory: 'packet', options: ['--mac-source'] },
  mark: { anywhere: true, memory: 'packet', asksOthers: true, options: ['--mark'], understood: true },
  mh: { family: 'ipv6' },
  multiport: {
    anywhere: true,
    memory: 'packet',
    options: ['--dports', '--sports', '--ports', '--destination-ports', '--source-ports'],
    understood: true,
    ports: true,
  },
  nfacct: { memory: 'counts', needs: { options: ['--nfacct-name'], what: 'the accounting object' } },
  osf: { family: 'ipv4' },
  owner: { memory: 'packet', options: ['--uid-owner', '--gid-owner'] },
  physdev: { memory: 'stays', options: ['--physdev-*'] },
  pkttype: { anywhere: true, memory: 'packet', options: ['--pkt-type'] },
  policy: { memory: 'stays' },
  quota: { memory: 'counts', options: ['--quota'] },
  quota2: { memory: 'counts' },
  rateest: {
    memory: 'counts',
    needs: {
      options: ['--rateest', '--rateest1', '--rateest2'],
      what: 'the rate estimator',
      madeBy: { target: 'RATEEST', option: '--rateest-name' },
    },
  },
  realm: { family: 'ipv4', memory: 'stays' },
  recent: {
    memory: 'counts',
    options: ['--rcheck', '--update', '--seconds', '--hitcount', '--rttl', '--reap', '--rsource', '--rdest'],
    shares: { option: '--name', what: 'list of recent' },
  },
  rpfilter: { memory: 'stays' },
  rt: { family: 'ipv6' },
  sctp: { anywhere: true, memory: 'packet', ports: true },
  // It counts in a set that has counters.
  set: { anywhere: true, memory: 'stays', asksOthers: true, options: ['--match-set'] },
  srh: { family: 'ipv6' },
  state: { anywhere: true, memory: 'tracks', options: ['--state'], understood: true },
  statistic: { anywhere: true, memory: 'counts', options: ['--probability', '--every', '--packet'] },
  string: { anywhere: true, memory: 'stays', options: ['--string', '--hex-string', '--algo'] },
  tcp: {
    anywhere: true,
    memory: 'packet',
    options: ['--syn', '--tcp-flags', '--tcp-option'],
    protocol: 'tcp',
    understood: true,
    ports: true,
  },
  tcpmss: { anywhere: true, memory: 'packet' },
  time: {
    anywhere: true,
    memory: 'packet',
    options: ['--timestart', '--timestop', '--weekdays', '--datestart', '--datestop', '--kerneltz'],
  },
  tos: { anywhere: true, memory: 'packet', asksOthers: true },
  ttl: { anywhere: true, family: 'ipv4', memory: 'packet', asksOthers: true },
  u32: { memory: 'stays' },
  udp: { anywhere: true, memory: 'packet', ports: true },
  udplite: { memory: 'packet', ports: true },
};

/** The row of a match; an empty one for what is not in the table. */
export function matchRow(name: string): MatchRow {
  return Object.hasOwn(MATCHES, name) ? (MATCHES[name] ?? {}) : {};
}
