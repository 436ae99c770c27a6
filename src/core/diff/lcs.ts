import { denseMatches } from './lcs-dense.ts';
import { sparseMatches } from './lcs-sparse.ts';

type IndexPair = [from: number, to: number];

/** Up to this many equal pairs (one element of each list) it is cheaper to look at every pair than at every row of bits. */
const SPARSE_LIMIT = 2_000_000;

/**
 * Exact longest common subsequence of two lists of symbols (any integers), as index pairs ascending in both lists.
 *
 * Cost stays bounded on hostile lists: common ends and symbols that only one list has are dropped first; what is left
 * takes O(pairs log n) where equal pairs are few and n * m / 16 word operations where they are many.
 * Memory is linear in the lists in both cases, apart from 2 million pairs at most.
 */
export function longestCommonSubsequence(
  a: readonly number[] | Int32Array,
  b: readonly number[] | Int32Array,
): IndexPair[] {
  const shorter = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < shorter && a[prefix] === b[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shorter - prefix && a[a.length - 1 - suffix] === b[b.length - 1 - suffix]) suffix += 1;

  const kept: IndexPair[] = [];
  for (let index = 0; index < prefix; index += 1) kept.push([index, index]);
  pushMiddle(kept, a, b, prefix, suffix);
  for (let index = suffix; index > 0; index -= 1) kept.push([a.length - index, b.length - index]);
  return kept;
}

function pushMiddle(
  kept: IndexPair[],
  a: readonly number[] | Int32Array,
  b: readonly number[] | Int32Array,
  prefix: number,
  suffix: number,
): void {
  const left = occurring(a, prefix, a.length - suffix, symbolsOf(b, prefix, b.length - suffix));
  const right = occurring(b, prefix, b.length - suffix, symbolsOf(a, prefix, a.length - suffix));
  if (left.length === 0) return;
  const { from, to, symbols } = renumber(a, left, b, right);
  const matches = equalPairs(from, to, symbols) <= SPARSE_LIMIT ? sparseMatches : denseMatches;
  matches(from, to, symbols, (i, j) => kept.push([left[i] ?? 0, right[j] ?? 0]));
}

function symbolsOf(list: readonly number[] | Int32Array, start: number, end: number): ReadonlySet<number> {
  const symbols = new Set<number>();
  for (let index = start; index < end; index += 1) symbols.add(list[index] ?? 0);
  return symbols;
}

/** Indices of the elements in a range whose symbol is one of `symbols`. */
function occurring(
  list: readonly number[] | Int32Array,
  start: number,
  end: number,
  symbols: ReadonlySet<number>,
): number[] {
  const indices: number[] = [];
  for (let index = start; index < end; index += 1) {
    if (symbols.has(list[index] ?? 0)) indices.push(index);
  }
  return indices;
}

/** Symbols become 0, 1, 2 ... so that the two methods can use arrays instead of maps. */
function renumber(
  a: readonly number[] | Int32Array,
  left: readonly number[],
  b: readonly number[] | Int32Array,
  right: readonly number[],
): { from: Int32Array; to: Int32Array; symbols: number } {
  const numbers = new Map<number, number>();
  const from = Int32Array.from(left, (index) => {
    const symbol = a[index] ?? 0;
    const known = numbers.get(symbol) ?? numbers.size;
    numbers.set(symbol, known);
    return known;
  });
  const to = Int32Array.from(right, (index) => numbers.get(b[index] ?? 0) ?? 0);
  return { from, to, symbols: numbers.size };
}

function equalPairs(from: Int32Array, to: Int32Array, symbols: number): number {
  const counts = new Int32Array(symbols);
  for (const symbol of from) counts[symbol] = (counts[symbol] ?? 0) + 1;
  let pairs = 0;
  for (const symbol of to) pairs += counts[symbol] ?? 0;
  return pairs;
}
