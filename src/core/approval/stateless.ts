import type { Match, SplitRule } from '../guards/split-rule.ts';

/** They look at the packet and at nothing that another packet leaves behind, and change nothing. */
const READS: ReadonlySet<string> = new Set([
  ...[
    'comment',
    'tcp',
    'udp',
    'udplite',
    'sctp',
    'dccp',
    'icmp',
    'icmp6',
    'ah',
    'esp',
    'multiport',
    'addrtype',
    'iprange',
  ],
  ...['mac', 'mark', 'length', 'pkttype', 'dscp', 'tos', 'ttl', 'hl', 'owner', 'devgroup', 'tcpmss', 'time'],
]);

/** With the first of them the kernel begins to track connections, and a full table of connections drops packets. */
const TRACKS: ReadonlySet<string> = new Set(['conntrack', 'state', 'connmark']);

/**
 * Harmless where they are already: `physdev` sends bridged packets through iptables once it is loaded, `set` counts in a set that has counters.
 */
const STAYS: ReadonlySet<string> = new Set([
  'physdev',
  'set',
  'string',
  'u32',
  'bpf',
  'rpfilter',
  'policy',
  'cgroup',
  'realm',
]);

const PACKET: ReadonlySet<string> = new Set(['-s', '-d', '-i', '-o', '-p', '-f', '-m']);
const SET: ReadonlySet<string> = new Set(['-m', '--match-set', '--return-nomatch']);

export type Company = {
  /** Connections are tracked already. */
  readonly tracks: boolean;
  /** Sets that begin to exist with the plan and count nothing. */
  readonly newSets: ReadonlySet<string>;
};

/** Whether a rule may come into a table without changing what any other rule sees. */
export function comesQuietly(rule: SplitRule, { tracks, newSets }: Company): boolean {
  return rule.matches.every((match) => {
    const { module } = match;
    if (module === undefined) return PACKET.has(match.option);
    if (TRACKS.has(module)) return tracks;
    if (module === 'set') return matchesSet(match) && usesOnly(match, newSets);
    return READS.has(module);
  });
}

/** Whether what a rule that is there does to a packet is the same, whichever packets came before; `also` names further matches. */
export function staysQuietly(rule: SplitRule, also: readonly string[] = []): boolean {
  return rule.matches.every((match) => {
    const { module } = match;
    if (module === undefined) return PACKET.has(match.option);
    if (module === 'set') return matchesSet(match);
    return READS.has(module) || TRACKS.has(module) || STAYS.has(module) || also.includes(module);
  });
}

export function usesTracking(rule: SplitRule): boolean {
  return rule.matches.some(({ module }) => module !== undefined && TRACKS.has(module));
}

function matchesSet({ option }: Match): boolean {
  return PACKET.has(option) || SET.has(option);
}

function usesOnly({ option, values }: Match, sets: ReadonlySet<string>): boolean {
  return option !== '--match-set' || sets.has(values[0] ?? '');
}
