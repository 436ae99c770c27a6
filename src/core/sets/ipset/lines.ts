import { randomBytes } from 'node:crypto';

/**
 * Parts of one text: `bounds` holds start and end of each. A million entries in some megabytes, where a million strings would take ten
 * times as much, and seconds to put into a `Set`.
 */
export type Lines = { readonly text: string; readonly bounds: Uint32Array };

export const NO_LINES: Lines = { text: '', bounds: new Uint32Array() };

export function countOf({ bounds }: Lines): number {
  return bounds.length / 2;
}

export function lineAt({ text, bounds }: Lines, index: number): string {
  return text.slice(bounds[2 * index], bounds[2 * index + 1]);
}

export function linesOf(texts: readonly string[]): Lines {
  const bounds = new Uint32Array(2 * texts.length);
  let at = 0;
  texts.forEach((one, index) => {
    bounds[2 * index] = at;
    bounds[2 * index + 1] = at + one.length;
    at += one.length + 1;
  });
  return { text: texts.join('\n'), bounds };
}

export function allLines(lines: Lines): string[] {
  return Array.from({ length: countOf(lines) }, (_, index) => lineAt(lines, index));
}

/** Position of the first line that is equal to this one, -1 when there is none. */
export type FindLine = (other: Lines, index: number) => number;

/** The author of entries cannot know it, and so cannot choose entries that make the search slow. */
const SEED = randomBytes(4).readInt32LE();

/** Finds lines by their text, through a table of pairs of hash and position. */
export function indexLines(lines: Lines): FindLine {
  const count = countOf(lines);
  const last = 2 * 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  const table = new Int32Array(last + 1);
  for (let index = 0; index < count; index += 1) {
    const value = hashLine(lines, index);
    let slot = (2 * value) & last;
    while (table[slot + 1] !== 0 && !isSame(table, slot, value, lines, lines, index)) slot = (slot + 2) & last;
    if (table[slot + 1] !== 0) continue;
    table[slot] = value;
    table[slot + 1] = index + 1;
  }
  return (other, index) => {
    const value = hashLine(other, index);
    let slot = (2 * value) & last;
    while (table[slot + 1] !== 0 && !isSame(table, slot, value, lines, other, index)) slot = (slot + 2) & last;
    return (table[slot + 1] ?? 0) - 1;
  };
}

function hashLine({ text, bounds }: Lines, index: number): number {
  const end = bounds[2 * index + 1] ?? 0;
  let value = SEED;
  for (let at = bounds[2 * index] ?? 0; at < end; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) ^ (value >>> 13);
}

function isSame(table: Int32Array, slot: number, value: number, lines: Lines, other: Lines, index: number): boolean {
  if (table[slot] !== value) return false;
  const position = 2 * ((table[slot + 1] ?? 0) - 1);
  const from = lines.bounds[position] ?? 0;
  const start = other.bounds[2 * index] ?? 0;
  const length = (other.bounds[2 * index + 1] ?? 0) - start;
  if ((lines.bounds[position + 1] ?? 0) - from !== length) return false;
  for (let at = 0; at < length; at += 1) {
    if (lines.text.charCodeAt(from + at) !== other.text.charCodeAt(start + at)) return false;
  }
  return true;
}
