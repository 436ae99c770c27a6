import type { Match, Target } from '../rule-text/split-rule.ts';
import { type Bits, copyBits, forgetBits, parseMasked, writeBits, writersOf } from './bits.ts';
import type { Packet } from './packet.ts';
import { targetKind } from './target-kind.ts';

/** State beside packets that rules fill and others ask, by a name such as `set blocked`, with the rules that fill it. */
export type Filled = ReadonlyMap<string, readonly string[]>;

const ALL = 0xffffffffn;

/** What a rule makes of a packet that it takes and does not end. `rule` is the rule, with its table and chain. */
export function rewrite(packet: Packet, { name, options }: Target, rule: string): Packet {
  switch (name) {
    case 'MARK':
      return { ...packet, mark: writeMark(packet.mark, options, rule) };
    case 'CONNMARK':
      return writeConnectionMark(packet, options, rule);
    case 'HMARK':
    case 'TPROXY':
      return { ...packet, mark: forgetBits(packet.mark, rule) };
    case 'CT':
    case 'NOTRACK':
      return isUntracking(name, options) ? { ...packet, state: 'UNTRACKED' } : packet;
    default:
      return targetKind({ kind: 'jump', name, options }) === 'pass' && !STATE_ONLY.has(name)
        ? { ...packet, rewritten: [...new Set([...packet.rewritten, rule])] }
        : packet;
  }
}

/** Targets that leave the packet as it is, and something beside it. */
const STATE_ONLY: ReadonlySet<string> = new Set(['SET', 'RATEEST', 'IDLETIMER', 'TEE', 'CONNSECMARK']);

export function isUntracking(name: string, options: readonly string[]): boolean {
  return name === 'NOTRACK' || (name === 'CT' && options.includes('--notrack'));
}

function writeMark(mark: Bits, options: readonly string[], rule: string): Bits {
  const [option = '', text = '', ...more] = options;
  const given = parseMasked(text);
  if (given === undefined || more.length > 0) return forgetBits(mark, rule);
  const { value, mask } = given;
  switch (option) {
    case '--set-xmark':
      return writeBits(mark, mask, value, rule);
    case '--set-mark':
      return writeBits(mark, mask | value, value, rule);
    case '--and-mark':
      return writeBits(mark, ALL ^ value, 0n, rule);
    case '--or-mark':
      return writeBits(mark, value, value, rule);
    case '--xor-mark':
      return writeBits(mark, 0n, value, rule);
    default:
      return forgetBits(mark, rule);
  }
}

function writeConnectionMark(packet: Packet, options: readonly string[], rule: string): Packet {
  const [option = ''] = options;
  const { mark, connectionMark } = packet;
  if (option !== '--save-mark' && option !== '--restore-mark') {
    return { ...packet, connectionMark: writeMark(connectionMark, options, rule) };
  }
  const maskOf = (name: string) => {
    const at = options.indexOf(name);
    return at < 0 ? ALL : parseMasked(options[at + 1] ?? '')?.value;
  };
  const isPlain = options.slice(1).every((word, at) => at % 2 === 1 || word === '--nfmask' || word === '--ctmask');
  const mask = maskOf('--nfmask');
  const isKnown = isPlain && mask !== undefined && mask === maskOf('--ctmask');
  if (option === '--save-mark') {
    return {
      ...packet,
      connectionMark: isKnown ? copyBits(connectionMark, mark, mask, rule) : forgetBits(connectionMark, rule),
    };
  }
  return { ...packet, mark: isKnown ? copyBits(mark, connectionMark, mask, rule) : forgetBits(mark, rule) };
}

/** Matches that ask, and by asking change, state that rules share by a name: the option that names it. */
const NAMED: Readonly<Record<string, readonly [option: string, what: string]>> = {
  recent: ['--name', 'recent'],
  hashlimit: ['--hashlimit-name', 'hashlimit'],
  rateest: ['--rateest', 'rateest'],
};

/** The names of the state that a rule fills by a packet that meets it, or may meet it. */
export function filledBy(matches: readonly Match[], target: Target | undefined): readonly string[] {
  const { name = '', options = [] } = target ?? {};
  const sets = name === 'SET' ? valuesAfter(options, ['--add-set', '--del-set', '--map-set']) : [];
  const rates = name === 'RATEEST' ? valuesAfter(options, ['--rateest-name']) : [];
  const isFilling = matches.some(({ option }) => option === '--set' || option === '--update' || option === '--remove');
  return [
    ...sets.map((one) => `set ${one}`),
    ...rates.map((one) => `rateest ${one}`),
    ...(isFilling ? namesAsked(matches).filter((one) => one.startsWith('recent ')) : []),
    ...namesAsked(matches).filter((one) => one.startsWith('hashlimit ')),
  ];
}

/** What may have another answer than fw knows of, since rules wrote or filled it: the rules, by what a match of which fw does not know the answer asks. */
export function writersAsked({ module, option, values }: Match, packet: Packet, filled: Filled): readonly string[] {
  if (option === '-m') return [];
  if (module === 'mark' || module === 'connmark') {
    const { mask = ALL } = parseMasked(values[0] ?? '') ?? {};
    return writersOf(module === 'mark' ? packet.mark : packet.connectionMark, mask);
  }
  if (module === 'set') return option === '--match-set' ? (filled.get(`set ${values[0] ?? ''}`) ?? []) : [];
  const named = namesAsked([{ option, negated: false, values, ...(module === undefined ? {} : { module }) }]);
  if (named.length > 0) return named.flatMap((name) => filled.get(name) ?? []);
  return module !== undefined && READS_HEADERS.has(module) ? packet.rewritten : [];
}

/** Matches that read what a rule may have rewritten. */
const READS_HEADERS: ReadonlySet<string> = new Set([
  ...['ttl', 'hl', 'dscp', 'tos', 'ecn', 'tcpmss', 'tcp', 'length', 'u32', 'bpf', 'string', 'addrtype', 'policy'],
  ...['ipv6header', 'rt', 'dst', 'hbh', 'frag', 'realm', 'cgroup', 'helper'],
]);

function namesAsked(matches: readonly Match[]): readonly string[] {
  return matches.flatMap(({ module = '', option, values }) => {
    const [names, what] = NAMED[module] ?? [];
    return names !== undefined && option.startsWith(names) ? [`${what} ${values[0] ?? ''}`] : [];
  });
}

function valuesAfter(options: readonly string[], names: readonly string[]): readonly string[] {
  return options.flatMap((word, at) => (names.includes(word) ? [options[at + 1] ?? ''] : []));
}
