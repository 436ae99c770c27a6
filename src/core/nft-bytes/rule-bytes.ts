import {
  ATTRIBUTE_HEADER,
  areAttributes,
  attributeEnd,
  attributeType,
  findAttribute,
  isText,
  nextAttribute,
  textOf,
  u16,
} from './messages.ts';

/** Attributes of a rule (nf_tables.h) that say where it is, and not what it does: table, chain, handle, the rule before it, padding. */
const PLACE: ReadonlySet<number> = new Set([1, 2, 3, 6, 8]);
const EXPRESSIONS = 4;
const ELEMENT = 1;
const NAME = 1;
const DATA = 2;
const REVISION = 2;
const INFO = 3;

const encoder = new TextEncoder();
const COUNTER = encoder.encode('counter');
const MATCH = encoder.encode('match');
const TARGET = encoder.encode('target');

/**
 * Where `-m set` and `-j SET` keep the numbers of their sets (xt_set.h), by revision; each takes four bytes, of which two are the number. Revision 0 is as old
 * as ipset 4 and has another shape.
 */
const SET_NUMBERS: Readonly<Record<'set' | 'SET', Readonly<Record<number, readonly number[]>>>> = {
  set: { 1: [0], 2: [0], 3: [0], 4: [0] },
  SET: { 1: [0, 4], 2: [0, 4], 3: [0, 4, 8] },
};

/** `-j SET` has this number where it names no set. */
const NO_SET = 0xffff;

/**
 * What a rule does, as bytes that are equal for equal rules of any namespace: without its handle and what its counter has counted. The number of an ipset becomes
 * its name, since it depends on what other sets there are. Undefined where that name is not known, or the bytes are not read. Writes into `bytes`; what it
 * returns is true until it is called again.
 */
export type RuleBytes = (
  bytes: Uint8Array,
  from: number,
  to: number,
  setNames: ReadonlyMap<number, string>,
) => Uint8Array | undefined;

export function openRuleBytes(): RuleBytes {
  let room = new Uint8Array(4096);
  return (bytes, from, to, setNames) => {
    const names: string[] = [];
    if (!areAttributes(bytes, from, to)) return undefined;
    if (room.length < to - from + ATTRIBUTE_HEADER) room = new Uint8Array(2 * (to - from));
    // Attributes have their length in front; the length of all of them is in front of the rule.
    let size = ATTRIBUTE_HEADER;
    for (let at = from; at < to; at = nextAttribute(bytes, at)) {
      const type = attributeType(bytes, at);
      if (PLACE.has(type)) continue;
      const end = attributeEnd(bytes, at);
      if (type === EXPRESSIONS && !cleanExpressions(bytes, at + ATTRIBUTE_HEADER, end, setNames, names))
        return undefined;
      room.set(bytes.subarray(at, end), size);
      size += end - at;
    }
    new DataView(room.buffer).setUint32(0, size);
    const rule = room.subarray(0, size);
    return names.length === 0 ? rule : framed([rule, encoder.encode(JSON.stringify(names))]);
  };
}

/** Each part behind its length, so that other parts never give the same bytes. */
export function framed(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length + 4, 4));
  const view = new DataView(whole.buffer);
  view.setUint32(0, parts.length);
  let at = 4;
  for (const part of parts) {
    view.setUint32(at, part.length);
    whole.set(part, at + 4);
    at += part.length + 4;
  }
  return whole;
}

/** False where something is not read. */
function cleanExpressions(
  bytes: Uint8Array,
  from: number,
  to: number,
  setNames: ReadonlyMap<number, string>,
  names: string[],
): boolean {
  if (!areAttributes(bytes, from, to)) return false;
  for (let at = from; at < to; at = nextAttribute(bytes, at)) {
    if (attributeType(bytes, at) !== ELEMENT) return false;
    if (!cleanExpression(bytes, at + ATTRIBUTE_HEADER, attributeEnd(bytes, at), setNames, names)) return false;
  }
  return true;
}

function cleanExpression(
  bytes: Uint8Array,
  from: number,
  to: number,
  setNames: ReadonlyMap<number, string>,
  names: string[],
): boolean {
  if (!areAttributes(bytes, from, to)) return false;
  const name = findAttribute(bytes, from, to, NAME);
  if (name < 0) return false;
  const data = findAttribute(bytes, from, to, DATA);
  if (isText(bytes, name, COUNTER)) {
    if (data >= 0) bytes.fill(0, data + ATTRIBUTE_HEADER, attributeEnd(bytes, data));
    return true;
  }
  if (!isText(bytes, name, MATCH) && !isText(bytes, name, TARGET)) return true;
  return data >= 0 && cleanExtension(bytes, data + ATTRIBUTE_HEADER, attributeEnd(bytes, data), setNames, names);
}

function cleanExtension(
  bytes: Uint8Array,
  from: number,
  to: number,
  setNames: ReadonlyMap<number, string>,
  names: string[],
): boolean {
  if (!areAttributes(bytes, from, to)) return false;
  const name = findAttribute(bytes, from, to, NAME);
  if (name < 0) return false;
  // Four bytes of header, three letters and a zero.
  if (attributeEnd(bytes, name) - name !== 8) return true;
  const extension = textOf(bytes, name);
  if (extension !== 'set' && extension !== 'SET') return true;
  const revision = findAttribute(bytes, from, to, REVISION);
  const info = findAttribute(bytes, from, to, INFO);
  if (revision < 0 || info < 0) return false;
  // The revision is a number in network order.
  const places = SET_NUMBERS[extension][bytes[attributeEnd(bytes, revision) - 1] ?? 0];
  if (places === undefined) return false;
  for (const place of places) {
    const at = info + ATTRIBUTE_HEADER + place;
    const number = u16(bytes, at);
    const set = number === NO_SET ? '' : setNames.get(number);
    if (set === undefined || at + 2 > attributeEnd(bytes, info)) return false;
    bytes.fill(0, at, at + 2);
    names.push(set);
  }
  return true;
}
