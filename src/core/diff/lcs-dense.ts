import { sparseMatches } from './lcs-sparse.ts';

/** Sub-problems of at most this many cells are solved pair by pair; it bounds both the depth and the number of splits. */
const SMALL = 1 << 16;

/**
 * Longest common subsequence of lists with many equal elements: Hirschberg's divide and conquer, in which the lengths for
 * all prefixes of `to` come from one bit vector per half (Hyyrö's form of the bit-parallel row). About n * m / 16
 * word operations in linear memory. Symbols are 0 to `symbols` - 1. `emit` receives the index pairs in ascending order.
 */
export function denseMatches(
  from: Int32Array,
  to: Int32Array,
  symbols: number,
  emit: (from: number, to: number) => void,
): void {
  const last = new Int32Array(symbols).fill(-1);
  split(from, to, 0, 0);

  function split(a: Int32Array, b: Int32Array, aStart: number, bStart: number): void {
    if (a.length * b.length <= SMALL || a.length === 1) {
      sparseMatches(a, b, symbols, (i, j) => emit(aStart + i, bStart + j));
      return;
    }
    const half = a.length >>> 1;
    const head = a.subarray(0, half);
    const tail = a.subarray(half);
    const cut = bestCut(row(head, b, last), row(tail.slice().reverse(), b.slice().reverse(), last), b.length);
    split(head, b.subarray(0, cut), aStart, bStart);
    split(tail, b.subarray(cut), aStart + half, bStart + cut);
  }
}

/**
 * Bit j of the result is 0 exactly where the common subsequence of `a` and the prefix of `b` of length j + 1 is one longer than
 * for length j. `last` is scratch space, all -1 before and after.
 */
function row(a: Int32Array, b: Int32Array, last: Int32Array): Int32Array {
  const words = (b.length + 31) >>> 5;
  const vector = new Int32Array(words).fill(-1);
  const previous = new Int32Array(b.length);
  const counts = new Map<number, number>();
  for (let j = 0; j < b.length; j += 1) {
    const symbol = b[j] ?? 0;
    previous[j] = last[symbol] ?? -1;
    last[symbol] = j;
    counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  const frequent = new Map<number, Int32Array>();
  const rare = new Int32Array(words);
  for (const symbol of a) {
    const end = last[symbol] ?? -1;
    if (end < 0) continue;
    const cached = frequent.get(symbol);
    if (cached !== undefined) {
      advance(vector, cached);
      continue;
    }
    // At most 32 symbols can occur more often than there are words, so the cache stays linear in `b`.
    const keep = (counts.get(symbol) ?? 0) > words;
    const mask = keep ? new Int32Array(words) : rare;
    for (let j = end; j >= 0; j = previous[j] ?? -1) mask[j >>> 5] = (mask[j >>> 5] ?? 0) | (1 << (j & 31));
    advance(vector, mask);
    if (keep) frequent.set(symbol, mask);
    else for (let j = end; j >= 0; j = previous[j] ?? -1) rare[j >>> 5] = 0;
  }
  for (const symbol of b) last[symbol] = -1;
  return vector;
}

/** vector = (vector + (vector & mask)) | (vector & ~mask), over all words, with the carry taken along. */
function advance(vector: Int32Array, mask: Int32Array): void {
  let carry = 0;
  for (let word = 0; word < vector.length; word += 1) {
    const bits = vector[word] ?? 0;
    const hits = bits & (mask[word] ?? 0);
    const sum = (bits + hits + carry) | 0;
    carry = (hits | (bits & ~sum)) >>> 31;
    vector[word] = sum | (bits ^ hits);
  }
}

/** Where to cut `b` so that the lengths before the cut (forward) and after it (backward, counted from the end) add up to most. */
function bestCut(forward: Int32Array, backward: Int32Array, length: number): number {
  let before = 0;
  let after = 0;
  for (let j = 0; j < length; j += 1) after += zeroAt(backward, j);
  let cut = 0;
  let best = after;
  for (let j = 0; j < length; j += 1) {
    before += zeroAt(forward, j);
    after -= zeroAt(backward, length - 1 - j);
    if (before + after > best) {
      best = before + after;
      cut = j + 1;
    }
  }
  return cut;
}

function zeroAt(vector: Int32Array, j: number): number {
  return 1 - (((vector[j >>> 5] ?? 0) >>> (j & 31)) & 1);
}
