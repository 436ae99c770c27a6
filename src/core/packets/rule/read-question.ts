import { printWords } from '../../rule-text/print-words.ts';
import type { Match } from '../../rule-text/split-rule.ts';
import type { Condition, FieldName, Question } from '../types/condition.ts';
import { signed } from './combine.ts';

/** What a match reads of a packet that a rule or NAT may have rewritten, besides what the packet carries. */
type Reads = {
  readonly fields?: readonly FieldName[];
  readonly rewritten?: readonly string[];
  /** Its one negation is the exact opposite; of others `! --x` and `--x` may both be unmet. */
  readonly opposite?: true;
};

const ADDRESSES = ['source', 'destination'] as const;
const HEADERS = [...ADDRESSES, 'sourcePort', 'destinationPort'] as const;
const REWRITTEN = ['ttl', 'tos', 'tcp options', 'checksum'] as const;

/** Matches that ask the packet alone, and where and when it is: equal texts, equal answers. */
const PURE: Readonly<Record<string, Reads>> = {
  addrtype: { fields: ADDRESSES, opposite: true },
  ah: {},
  bpf: { fields: [...HEADERS, 'mark'], rewritten: REWRITTEN },
  cgroup: { opposite: true },
  cpu: { opposite: true },
  dccp: {},
  devgroup: { opposite: true },
  dscp: { rewritten: ['tos'], opposite: true },
  dst: {},
  ecn: { rewritten: ['tos', 'tcp options'] },
  esp: {},
  eui64: { fields: ['source'] },
  frag: {},
  hbh: {},
  helper: {},
  hl: { rewritten: ['ttl'] },
  icmp: {},
  icmp6: {},
  ipv6header: {},
  length: { opposite: true },
  mac: {},
  mh: {},
  multiport: { fields: ['sourcePort', 'destinationPort'] },
  osf: {},
  owner: {},
  physdev: {},
  pkttype: { opposite: true },
  policy: {},
  realm: { fields: ['destination'], opposite: true },
  rpfilter: { fields: ['source', 'mark'] },
  rt: {},
  sctp: { fields: ['sourcePort', 'destinationPort'] },
  socket: { fields: HEADERS },
  srh: {},
  string: { fields: HEADERS, rewritten: REWRITTEN, opposite: true },
  tcp: { fields: ['sourcePort', 'destinationPort'], rewritten: ['tcp options'] },
  tcpmss: { rewritten: ['tcp options'], opposite: true },
  time: {},
  tos: { rewritten: ['tos'], opposite: true },
  ttl: { rewritten: ['ttl'] },
  u32: { fields: [...HEADERS, 'mark'], rewritten: REWRITTEN, opposite: true },
  udp: { fields: ['sourcePort', 'destinationPort'] },
};

/** A match that asks the packet alone and that fw cannot compute, as a question; undefined for one that remembers packets. */
export function askPacket(module: string, options: readonly Match[]): Condition | undefined {
  const reads = Object.hasOwn(PURE, module) ? PURE[module] : undefined;
  if (reads === undefined) return undefined;
  const negated = options.filter((match) => match.negated);
  const isOpposite = reads.opposite === true && negated.length === 1 && (options.length === 1 || module === 'string');
  const text = askText(module, isOpposite ? options.map((match) => ({ ...match, negated: false })) : options);
  const { fields = [], rewritten = [] } = reads;
  const question: Question = {
    kind: 'question',
    key: text,
    text,
    remembers: false,
    reads: fields,
    ...(rewritten.length === 0 ? {} : { readsRewritten: rewritten }),
  };
  return signed(isOpposite, question);
}

/** Matches that remember packets or ask what others left, all of one rule: one question of this rule. */
export function askMemory(
  matches: readonly { readonly module: string; readonly options: readonly Match[] }[],
  identity: string,
): Question {
  const text = matches.map(({ module, options }) => askText(module, options)).join(' ');
  const reads = [...new Set(matches.flatMap(({ module, options }) => remembered(module, options)))];
  return { kind: 'question', key: identity, text, remembers: true, reads };
}

function remembered(module: string, options: readonly Match[]): readonly FieldName[] {
  const has = (name: string) => options.some(({ option }) => option === name);
  if (module === 'recent') return has('--rdest') ? ['destination'] : ['source'];
  if (module === 'connlimit') return has('--connlimit-daddr') ? ['destination'] : ['source'];
  if (module === 'set') return [...HEADERS];
  if (module !== 'hashlimit') return [];
  const modes = options.find(({ option }) => option === '--hashlimit-mode')?.values[0]?.split(',') ?? [];
  return modes.flatMap((mode) => (Object.hasOwn(MODES, mode) ? [MODES[mode] ?? 'source'] : []));
}

const MODES: Readonly<Record<string, FieldName>> = {
  srcip: 'source',
  dstip: 'destination',
  srcport: 'sourcePort',
  dstport: 'destinationPort',
};

/** `limit 5/sec`, `string "x" --algo bm`: an option that is called like its match is not named twice. */
export function askText(module: string, options: readonly Match[]): string {
  const words = options.flatMap(({ option, negated, values }) => [
    ...(negated ? ['!'] : []),
    ...(option === `--${module}` ? [] : [option]),
    ...values,
  ]);
  return words.length === 0 ? module : `${module} ${printWords(words)}`;
}
