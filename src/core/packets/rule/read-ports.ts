import type { Match } from '../../rule-text/split-rule.ts';
import type { Backend } from '../../rules/types.ts';
import type { Condition, Range } from '../types/condition.ts';
import { allOf, anyOf, inRanges, masked, signed } from './combine.ts';
import { askText } from './read-question.ts';

const FLAGS: Readonly<Record<string, bigint>> = { FIN: 1n, SYN: 2n, RST: 4n, PSH: 8n, ACK: 16n, URG: 32n };
const NATIVE: ReadonlySet<string> = new Set(['tcp', 'udp']);

/** Matches of xtables look for ports in the first fragment only: behind it even their negation is not met. */
export const FIRST_FRAGMENT: Condition = inRanges('laterFragment', [[0n, 0n]]);

/**
 * tcp, udp, udplite, sctp, dccp. iptables-nft writes tcp and udp in nft's own words, and these read the payload of a later fragment as if it
 * had ports and flags there: for such a fragment the fields stand for those bytes. Undefined where an option is not understood.
 */
export function readPorts(module: string, options: readonly Match[], backend: Backend): Condition | undefined {
  const conditions = options.map((option) => readOption(module, option));
  if (!areKnown(conditions)) return undefined;
  if (backend === 'nft' && NATIVE.has(module) && isPairRefused(options)) return unlikePair(module, options, conditions);
  return allOf([...(backend === 'nft' && NATIVE.has(module) ? [] : [FIRST_FRAGMENT]), ...conditions]);
}

/** `! --sport 22 ! --dport 53`, one port each and none of them 0. */
function isPairRefused(options: readonly Match[]): boolean {
  return ['--sport', '--dport'].every((name) => {
    const found = options.find(({ option }) => option === name);
    return found?.negated === true && /^[1-9]\d*$/.test(found.values[0] ?? '');
  });
}

/**
 * iptables-nft 1.8.9 compares both ports at once, so that such a rule is met unless both are the ones that it names; an earlier one, whose rule prints
 * alike, asks for neither. A packet that has one of them is an open question.
 */
function unlikePair(module: string, options: readonly Match[], conditions: readonly Condition[]): Condition {
  const isPort = (_: Condition, at: number) => ['--sport', '--dport'].includes(options[at]?.option ?? '');
  const ports = conditions.filter(isPort);
  const others = conditions.filter((condition, at) => !isPort(condition, at));
  const key = `${askText(module, options)}: both ports are compared at once`;
  const reads = ['sourcePort', 'destinationPort'] as const;
  const atOnce: Condition = { kind: 'question', key, text: key, remembers: false, reads };
  return allOf([...others, anyOf([allOf(ports), allOf([anyOf(ports), atOnce])])]);
}

export function readMultiport(options: readonly Match[]): Condition | undefined {
  const conditions = options.map(({ option, negated, values: [list = '', ...more] }) => {
    const ranges = list.split(',').map(portRange);
    if (more.length > 0 || !areKnown(ranges)) return undefined;
    const source = inRanges('sourcePort', ranges);
    const destination = inRanges('destinationPort', ranges);
    if (option === '--sports') return signed(negated, source);
    if (option === '--dports') return signed(negated, destination);
    return option === '--ports' ? signed(negated, anyOf([source, destination])) : undefined;
  });
  return areKnown(conditions) ? allOf([FIRST_FRAGMENT, ...conditions]) : undefined;
}

function readOption(module: string, { option, negated, values }: Match): Condition | undefined {
  const [value = '', set = ''] = values;
  if (option === '--sport' || option === '--dport') {
    const range = values.length === 1 ? portRange(value) : undefined;
    const field = option === '--sport' ? 'sourcePort' : 'destinationPort';
    return range === undefined ? undefined : signed(negated, inRanges(field, [range]));
  }
  if (module !== 'tcp') return undefined;
  if (option === '--syn' && values.length === 0) return signed(negated, masked('tcpFlags', 0x17n, 2n));
  if (option !== '--tcp-flags' || values.length !== 2) return undefined;
  const [mask, flags] = [flagBits(value), flagBits(set)];
  return mask === undefined || flags === undefined ? undefined : signed(negated, masked('tcpFlags', mask, flags));
}

/** `22`, `1:1023`, `:1023`, `1024:`. */
export function portRange(text: string): Range | undefined {
  const parsed = /^(\d{0,5})(:?)(\d{0,5})$/.exec(text);
  const [, from = '', colon = '', to = ''] = parsed ?? [];
  if (parsed === null || (colon === '' && from === '')) return undefined;
  const first = from === '' ? 0 : Number(from);
  const last = colon === '' ? first : to === '' ? 65535 : Number(to);
  return first <= last && last < 65536 ? [BigInt(first), BigInt(last)] : undefined;
}

function flagBits(list: string): bigint | undefined {
  if (list === 'NONE') return 0n;
  if (list === 'ALL') return 63n;
  let bits = 0n;
  for (const name of list.split(',')) {
    const bit = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}

function areKnown<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return !items.includes(undefined);
}
