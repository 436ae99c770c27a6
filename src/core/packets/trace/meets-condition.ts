import { type Condition, type FieldName, type Question, type Range, UNKNOWN_LINK } from '../types/condition.ts';
import type { Mark, MovingPacket } from './moving-packet.ts';

/** Whether a packet meets a condition; or the question on which it depends. */
export type Met = boolean | Question;

export type Lookup = {
  readonly answer: (question: Question, packet: MovingPacket) => boolean | undefined;
  /** What a set holds, as a condition. */
  readonly resolve: (condition: Condition) => Condition;
};

export function meetsCondition(condition: Condition, packet: MovingPacket, lookup: Lookup): Met {
  switch (condition.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'ranges':
      return meetsRanges(condition, packet, lookup);
    case 'masked':
      return meetsMask(condition, packet, lookup);
    case 'link':
      return meetsLink(condition, packet, lookup);
    case 'not': {
      const met = meetsCondition(condition.of, packet, lookup);
      return typeof met === 'boolean' ? !met : met;
    }
    case 'all':
      return meetsAll(condition.of, packet, lookup);
    case 'any':
      return meetsAny(condition.of, packet, lookup);
    case 'question':
      return lookup.answer(condition, packet) ?? condition;
    case 'set':
      return meetsSet(condition, packet, lookup);
    default:
      return condition satisfies never;
  }
}

/** False when one is not met, whatever is open. */
export function meetsAll(conditions: readonly Condition[], packet: MovingPacket, lookup: Lookup): Met {
  let open: Question | undefined;
  for (const condition of conditions) {
    const met = meetsCondition(condition, packet, lookup);
    if (met === false) return false;
    if (met !== true) open ??= met;
  }
  return open ?? true;
}

function meetsAny(conditions: readonly Condition[], packet: MovingPacket, lookup: Lookup): Met {
  let open: Question | undefined;
  for (const condition of conditions) {
    const met = meetsCondition(condition, packet, lookup);
    if (met === true) return true;
    if (met !== false) open ??= met;
  }
  return open ?? false;
}

function meetsRanges(condition: Extract<Condition, { kind: 'ranges' }>, packet: MovingPacket, lookup: Lookup): Met {
  const { field, ranges } = condition;
  const [first, last] = rangeOf(packet, field);
  if (!ranges.some(([low, high]) => low <= last && first <= high)) return false;
  if (ranges.some(([low, high]) => low <= first && last <= high)) return true;
  const question = openField(field, ranges.map(([low, high]) => `${low}-${high}`).join());
  return lookup.answer(question, packet) ?? question;
}

function meetsMask(condition: Extract<Condition, { kind: 'masked' }>, packet: MovingPacket, lookup: Lookup): Met {
  const { field, mask, value } = condition;
  const bits = bitsOf(packet, field);
  const asked = mask & bits.known;
  if ((bits.value & asked) !== (value & asked)) return false;
  if (asked === mask) return true;
  const question = openField(field, `${value}/${mask}`);
  return lookup.answer(question, packet) ?? question;
}

function meetsLink(condition: Extract<Condition, { kind: 'link' }>, packet: MovingPacket, lookup: Lookup): Met {
  const { link, name, prefix } = condition;
  const own = packet.links[link];
  if (own === undefined) return false;
  if (own !== UNKNOWN_LINK) return prefix ? own.startsWith(name) : own === name;
  const key = `${link} ${name}${prefix ? '+' : ''}`;
  const question: Question = { kind: 'question', key, text: `the ${link} interface`, remembers: false, reads: [] };
  return lookup.answer(question, packet) ?? question;
}

function rangeOf(packet: MovingPacket, field: FieldName): Range {
  if (field !== 'mark' && field !== 'connectionMark') return packet.fields[field];
  const { value, known } = packet[field];
  return [value & known, (value & known) | (0xffffffffn & ~known)];
}

/** Bits that are equal in all values of the range are known: those above the highest one that differs. */
function bitsOf(packet: MovingPacket, field: FieldName): Mark {
  if (field === 'mark' || field === 'connectionMark') return packet[field];
  const [first, last] = packet.fields[field];
  const open = (first ^ last).toString(2).length;
  return first === last ? { value: first, known: -1n } : { value: first, known: -1n << BigInt(open) };
}

function openField(field: FieldName, what: string): Question {
  const text = `the ${NAMES[field] ?? field} of the packet`;
  return { kind: 'question', key: `${field} ${what}`, text, remembers: false, reads: [field] };
}

const NAMES: Readonly<Partial<Record<FieldName, string>>> = {
  mac: 'MAC address',
  sourcePort: 'source port',
  destinationPort: 'destination port',
  connectionMark: 'connection mark',
};

/** What the set held at the moment of the snapshot, unless a rule has filled it on the way of this very packet. */
function meetsSet(condition: Extract<Condition, { kind: 'set' }>, packet: MovingPacket, lookup: Lookup): Met {
  if (!packet.filledSets.has(condition.set)) return meetsCondition(lookup.resolve(condition), packet, lookup);
  const { text } = condition;
  const question: Question = { kind: 'question', key: text, text, remembers: true, reads: ['source', 'destination'] };
  return lookup.answer(question, packet) ?? question;
}
