import type { Family } from '../../rules/types.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { printAddress, printAddressRange } from '../print-address.ts';
import { protocolName } from '../rule/protocol-number.ts';
import { CT_STATES, type Range } from '../types/condition.ts';
import type { Flow } from '../types/traffic.ts';
import { type Codes, inverted, LinkCodes, type Spans } from './codes.ts';
import type { Box } from './cover.ts';
import { codesIn, masksIn } from './field-values.ts';
import type { Dynamic, Place, Space } from './space.ts';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** A box as people read it. */
export function printBox(space: Space, { fields, answers }: Box, where: (dynamic: Dynamic) => string): Flow {
  const flow: { -readonly [Key in keyof Flow]: string[] } = {};
  const also: string[] = [];
  for (const { of, set } of fields) {
    const texts = knownTexts(space, of, set);
    const key = KEYS[of.name];
    if (key === undefined) also.push(printOther(of, texts));
    else flow[key] = [...texts];
  }
  if (also.length > 0) flow.also = also;
  if (answers.length > 0) flow.where = answers.map(({ of, set }) => printAnswer(space, of, set, where(of)));
  return flow as Flow;
}

const KEYS: Readonly<Partial<Record<Place['name'], Exclude<keyof Flow, 'also' | 'where'>>>> = {
  protocol: 'protocol',
  source: 'source',
  destination: 'destination',
  sourcePort: 'sourcePorts',
  destinationPort: 'destinationPorts',
  input: 'input',
  output: 'output',
};

const OTHERS: Readonly<Partial<Record<Place['name'], string>>> = {
  icmp: 'icmp',
  tcpFlags: 'flags',
  state: 'state',
  mark: 'mark',
  connectionMark: 'connection mark',
  mac: 'mac',
  bridgeInput: 'bridge port in',
  bridgeOutput: 'bridge port out',
  laterFragment: 'later fragment',
};

function printOther({ name }: Place, texts: readonly string[]): string {
  return `${OTHERS[name] ?? name} ${texts.join(',')}`;
}

/** Fields that were printed, by place and set: boxes of one set are alike in most of them. */
const printed = new WeakMap<Diagram, Map<string, readonly string[]>>();

function knownTexts(space: Space, place: Place, set: number): readonly string[] {
  const known = printed.get(space.diagram) ?? new Map<string, readonly string[]>();
  printed.set(space.diagram, known);
  const key = `${place.index} ${set}`;
  const texts = known.get(key) ?? printField(space, place, set);
  known.set(key, texts);
  return texts;
}

function printField(space: Space, place: Place, set: number): readonly string[] {
  const { diagram, family } = space;
  const { codes } = place;
  if (codes === undefined) {
    return masksIn(diagram, set, place).map(([value, mask]) => printMasked(place, value, mask, family));
  }
  const spans = codesIn(diagram, set, place, codes.count);
  if (codes instanceof LinkCodes) return printLinks(codes, spans, place.name.startsWith('bridge'));
  const others = inverted(spans, codes.count);
  const isNegated = others.length < spans.length && others.length > 0;
  const texts = rangesOf(codes, isNegated ? others : spans).flatMap((range) => printRange(place, range, family));
  return isNegated ? texts.map((text) => `!${text}`) : texts;
}

function rangesOf(codes: Codes, spans: Spans): readonly Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    ranges.push([codes.firstOf(spans[at] ?? 0), codes.lastOf(spans[at + 1] ?? 0)]);
  }
  return ranges;
}

function printRange({ name }: Place, range: Range, family: Family): readonly string[] {
  const [first, last] = range;
  const numbers = first === last ? String(first) : `${first}:${last}`;
  if (name === 'source' || name === 'destination') return [printAddressRange(family, range)];
  if (name === 'protocol') {
    return last - first < 4n ? each(range, (value) => protocolName(Number(value))) : [numbers];
  }
  if (name === 'state') return each(range, (value) => CT_STATES[Number(value)] ?? String(value));
  if (name === 'icmp') return [printIcmp(range)];
  if (name === 'mac') return [[...new Set([printMac(first), printMac(last)])].join('-')];
  return [numbers];
}

function each([first, last]: Range, print: (value: bigint) => string): readonly string[] {
  return Array.from({ length: Number(last - first) + 1 }, (_, at) => print(first + BigInt(at)));
}

function printIcmp([first, last]: Range): string {
  const isWhole = first % 256n === 0n && last % 256n === 255n;
  const ends = [first, last].map((value) => (isWhole ? `${value / 256n}` : `${value / 256n}/${value % 256n}`));
  return [...new Set(ends)].join('-');
}

function printMac(value: bigint): string {
  return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
}

function printMasked({ name, bits }: Place, value: bigint, mask: bigint, family: Family): string {
  if (name === 'tcpFlags') return `${flagNames(value)}/${flagNames(mask)}`;
  if (name === 'source' || name === 'destination') {
    const isWhole = mask === (1n << BigInt(bits)) - 1n;
    return isWhole ? printAddress(family, value) : `${printAddress(family, value)}/${printAddress(family, mask)}`;
  }
  return `0x${value.toString(16)}/0x${mask.toString(16)}`;
}

function flagNames(bits: bigint): string {
  const names = FLAGS.filter((_, at) => ((bits >> BigInt(at)) & 1n) === 1n);
  return names.length === 0 ? 'NONE' : names.join(',');
}

/** Names that are in, `name+` for all with a prefix. The longest pattern that fits a name decides; a list that begins with `!` holds all other names. */
function printLinks(codes: LinkCodes, spans: Spans, mayBeNone: boolean): readonly string[] {
  const isIn = (code: number) =>
    spans.some((first, at) => at % 2 === 0 && first <= code && code <= (spans[at + 1] ?? 0));
  const last = codes.count - 1;
  const print = (default_: boolean): readonly string[] =>
    codes.classes.flatMap((one, code) => {
      if (one.kind === 'none') return !mayBeNone || isIn(code) === default_ ? [] : [default_ ? '!(none)' : '(none)'];
      if (one.kind === 'others') return [];
      const above = codes.classes.findLastIndex(
        (other, at) =>
          at !== code && other.kind === 'prefix' && one.name.startsWith(other.name) && isShorter(other, one),
      );
      const inherited = above < 0 ? default_ : isIn(nearest(codes, one.name, code));
      if (isIn(code) === inherited) return [];
      return [`${isIn(code) ? '' : '!'}${one.name}${one.kind === 'prefix' ? '+' : ''}`];
    });
  return [...print(isIn(last))].sort((a, b) => a.replace('!', '').length - b.replace('!', '').length);
}

function isShorter(one: { readonly name: string }, other: { readonly name: string; readonly kind: string }): boolean {
  return one.name.length < other.name.length || (one.name === other.name && other.kind === 'name');
}

/** The class of the longest prefix around a name, other than its own class. */
function nearest(codes: LinkCodes, name: string, own: number): number {
  let best = codes.count - 1;
  let length = -1;
  for (const [code, one] of codes.classes.entries()) {
    if (code === own || one.kind !== 'prefix' || !name.startsWith(one.name) || one.name.length <= length) continue;
    best = code;
    length = one.name.length;
  }
  return best;
}

function printAnswer(space: Space, dynamic: Dynamic, set: number, label: string): string {
  const { diagram } = space;
  if (dynamic.codes === undefined) {
    const isYes = diagram.highOf(set) !== 0;
    return `${label} ${isYes ? 'matches' : 'does not match'}`;
  }
  const spans = codesIn(diagram, set, dynamic, dynamic.codes.count);
  return `${label} is taken ${rangesOf(dynamic.codes, spans)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(',')}`;
}
