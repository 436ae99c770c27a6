import type { Match } from '../../rule-text/split-rule.ts';
import type { Family } from '../../rules/types.ts';
import type { Condition } from '../types/condition.ts';
import { ALWAYS, allOf, inRanges, signed } from './combine.ts';
import { FIRST_FRAGMENT } from './read-ports.ts';

type Kind = readonly [type: number, code?: number];

/** Names of iptables; iptables-save prints numbers. Of two names the first is the one that fw prints. */
export const ICMP_NAMES: Readonly<Record<Family, Readonly<Record<string, Kind>>>> = {
  ipv4: {
    'echo-reply': [0],
    pong: [0],
    'destination-unreachable': [3],
    'network-unreachable': [3, 0],
    'host-unreachable': [3, 1],
    'protocol-unreachable': [3, 2],
    'port-unreachable': [3, 3],
    'fragmentation-needed': [3, 4],
    'source-route-failed': [3, 5],
    'network-prohibited': [3, 9],
    'host-prohibited': [3, 10],
    'communication-prohibited': [3, 13],
    'source-quench': [4],
    redirect: [5],
    'echo-request': [8],
    ping: [8],
    'router-advertisement': [9],
    'router-solicitation': [10],
    'time-exceeded': [11],
    'ttl-exceeded': [11],
    'ttl-zero-during-transit': [11, 0],
    'ttl-zero-during-reassembly': [11, 1],
    'parameter-problem': [12],
    'timestamp-request': [13],
    'timestamp-reply': [14],
    'address-mask-request': [17],
    'address-mask-reply': [18],
  },
  ipv6: {
    'destination-unreachable': [1],
    'no-route': [1, 0],
    'communication-prohibited': [1, 1],
    'beyond-scope': [1, 2],
    'address-unreachable': [1, 3],
    'port-unreachable': [1, 4],
    'failed-policy': [1, 5],
    'reject-route': [1, 6],
    'packet-too-big': [2],
    'time-exceeded': [3],
    'ttl-exceeded': [3],
    'ttl-zero-during-transit': [3, 0],
    'ttl-zero-during-reassembly': [3, 1],
    'parameter-problem': [4],
    'bad-header': [4, 0],
    'unknown-header-type': [4, 1],
    'unknown-option': [4, 2],
    'echo-request': [128],
    ping: [128],
    'echo-reply': [129],
    pong: [129],
    'router-solicitation': [133],
    'router-advertisement': [134],
    'neighbour-solicitation': [135],
    'neighbor-solicitation': [135],
    'neighbour-advertisement': [136],
    'neighbor-advertisement': [136],
    redirect: [137],
  },
};

/** icmp and icmp6: they look into the first fragment only. Undefined where an option is not understood. */
export function readIcmp(options: readonly Match[], family: Family): Condition | undefined {
  const name = family === 'ipv4' ? '--icmp-type' : '--icmpv6-type';
  const conditions: Condition[] = [FIRST_FRAGMENT];
  for (const { option, negated, values } of options) {
    const condition = option === name && values.length === 1 ? kindOf(values[0] ?? '', family) : undefined;
    if (condition === undefined) return undefined;
    conditions.push(signed(negated, condition));
  }
  return allOf(conditions);
}

function kindOf(text: string, family: Family): Condition | undefined {
  // 255 is the kernel's word for every type, for IPv4 only.
  if (family === 'ipv4' && (text === 'any' || text === '255')) return ALWAYS;
  const kind = icmpKind(text, family);
  if (kind === undefined) return undefined;
  const [type, code] = kind;
  const first = BigInt(type * 256 + (code ?? 0));
  return inRanges('icmp', [[first, code === undefined ? first + 255n : first]]);
}

/** Type, and code where it is given: `8`, `3/4`, `echo-request`. */
export function icmpKind(text: string, family: Family): Kind | undefined {
  const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text);
  if (numbers === null) return Object.hasOwn(ICMP_NAMES[family], text) ? ICMP_NAMES[family][text] : undefined;
  const type = Number(numbers[1]);
  const code = numbers[2] === undefined ? undefined : Number(numbers[2]);
  if (type > 255 || (code ?? 0) > 255) return undefined;
  return code === undefined ? [type] : [type, code];
}
