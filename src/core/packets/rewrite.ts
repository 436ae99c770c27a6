import { matchRow } from '../extensions/matches.ts';
import { targetRow } from '../extensions/targets.ts';
import type { Match, Target } from '../rule-text/split-rule.ts';
import { type Bits, copyBits, forgetBits, parseMasked, writeBits, writersOf } from './bits.ts';
import type { Packet } from './packet.ts';

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
    case 'SET':
      // The set has a mark for each of its entries.
      return options.includes('--map-mark') ? { ...packet, mark: forgetBits(packet.mark, rule) } : packet;
    case 'CT':
    case 'NOTRACK':
      return isUntracking(name, options) ? { ...packet, state: 'UNTRACKED' } : packet;
    default:
      return targetRow(name).does === 'pass' && targetRow(name).leavesPacket !== true
        ? { ...packet, rewritten: [...new Set([...packet.rewritten, rule])] }
        : packet;
  }
}

/** Whether a target takes a packet from conntrack. */
function isUntracking(name: string, options: readonly string[]): boolean {
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

/** The names of the state that a rule fills by a packet that meets it, or may meet it. */
export function filledBy(matches: readonly Match[], target: Target | undefined): readonly string[] {
  const { name = '', options = [] } = target ?? {};
  const { shares } = targetRow(name);
  const isFilling = matches.some(({ option }) => option === '--set' || option === '--update' || option === '--remove');
  return [
    ...labelsOf(matches),
    ...(name === 'SET' ? valuesAfter(options, ['--add-set', '--del-set', '--map-set']).map((one) => `set ${one}`) : []),
    ...(shares === undefined ? [] : valuesAfter(options, [shares.option]).map((one) => `${shares.what} ${one}`)),
    // A list of recent is filled by some of its rules; a rate of hashlimit by each that asks it.
    ...matches.flatMap((match) => (match.module === 'recent' && !isFilling ? [] : sharedName(match))),
  ];
}

/** What may have another answer than fw knows of, since rules wrote or filled it: the rules, by what a match of which fw does not know the answer asks. */
export function writersAsked(match: Match, packet: Packet, filled: Filled): readonly string[] {
  const { module, option, values } = match;
  if (option === '-m') return [];
  if (module === 'mark' || module === 'connmark') {
    const { mask = ALL } = parseMasked(values[0] ?? '') ?? {};
    return writersOf(module === 'mark' ? packet.mark : packet.connectionMark, mask);
  }
  if (module === 'connlabel') return option === '--label' ? (filled.get(`label ${values[0] ?? ''}`) ?? []) : [];
  if (module === 'set') return option === '--match-set' ? (filled.get(`set ${values[0] ?? ''}`) ?? []) : [];
  const named = [...sharedName(match), ...neededName(match)];
  if (named.length > 0) return named.flatMap((name) => filled.get(name) ?? []);
  // What counts packets asks nothing of this one.
  return module === undefined || matchRow(module).memory === 'counts' ? [] : packet.rewritten;
}

/** Labels that a match gives to the connection. */
function labelsOf(matches: readonly Match[]): readonly string[] {
  const own = matches.filter(({ module }) => module === 'connlabel');
  if (!own.some(({ option }) => option === '--set')) return [];
  return own.flatMap(({ option, values }) => (option === '--label' ? [`label ${values[0] ?? ''}`] : []));
}

/** A match that gives the packet the mark of its socket, which no rule tells. */
export function takesMark({ module, option }: Match): boolean {
  return module === 'socket' && option === '--restore-skmark';
}

/** The state of the kernel that rules of one name share, as a match names it. */
function sharedName({ module = '', option, values }: Match): readonly string[] {
  const { shares } = matchRow(module);
  return shares?.option === option ? [`${shares.what} ${values[0] ?? ''}`] : [];
}

/** What a match asks and the rule of another target fills. */
function neededName({ module = '', option, values }: Match): readonly string[] {
  const { needs } = matchRow(module);
  return needs?.madeBy !== undefined && needs.options.includes(option)
    ? [`${needs.what.replace(/^the /, '')} ${values[0] ?? ''}`]
    : [];
}

function valuesAfter(options: readonly string[], names: readonly string[]): readonly string[] {
  return options.flatMap((word, at) => (names.includes(word) ? [options[at + 1] ?? ''] : []));
}
