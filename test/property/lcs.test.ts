import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestCommonSubsequence } from '../../src/core/diff/lcs.ts';
import { denseMatches } from '../../src/core/diff/lcs-dense.ts';
import { sparseMatches } from '../../src/core/diff/lcs-sparse.ts';

const SEED = 20261124;

type Pairs = (a: readonly number[], b: readonly number[], symbols: number) => readonly (readonly [number, number])[];

const collect =
  (method: typeof sparseMatches): Pairs =>
  (a, b, symbols) => {
    const pairs: [number, number][] = [];
    method(Int32Array.from(a), Int32Array.from(b), symbols, (i, j) => pairs.push([i, j]));
    return pairs;
  };

const METHODS: readonly (readonly [name: string, method: Pairs])[] = [
  ['the whole function', longestCommonSubsequence],
  ['the sparse method', collect(sparseMatches)],
  ['the dense method', collect(denseMatches)],
];

describe.each(METHODS)('%s finds a longest common subsequence', (_, method) => {
  it.each([1, 2, 4, 30, 1000])('of lists over %i symbols', (symbols) => {
    const list = fc.array(fc.nat(symbols - 1), { maxLength: 60 });
    fc.assert(
      fc.property(list, list, (a, b) => checkAgainstTable(method, a, b, symbols)),
      { seed: SEED, numRuns: 200 },
    );
  });

  it.each([2, 5, 200])('of lists over %i symbols that are long enough to be cut in two several times', (symbols) => {
    const list = fc.array(fc.nat(symbols - 1), { minLength: 600, maxLength: 900 });
    fc.assert(
      fc.property(list, list, (a, b) => checkAgainstTable(method, a, b, symbols)),
      { seed: SEED, numRuns: 4 },
    );
  });

  it('of a list and the same list with some elements dropped and moved', () => {
    const edited = fc
      .array(fc.nat(50), { maxLength: 50 })
      .chain((a) => fc.tuple(fc.constant(a), fc.shuffledSubarray(a)));
    fc.assert(
      fc.property(edited, ([a, b]) => checkAgainstTable(method, a, b, 51)),
      { seed: SEED, numRuns: 200 },
    );
  });
});

function checkAgainstTable(method: Pairs, a: readonly number[], b: readonly number[], symbols: number): void {
  const pairs = method(a, b, symbols);
  expect(pairs.length).toBe(lengthByTable(a, b));
  let [i, j] = [-1, -1];
  for (const [from, to] of pairs) {
    expect(a[from]).toBe(b[to]);
    expect(from).toBeGreaterThan(i);
    expect(to).toBeGreaterThan(j);
    [i, j] = [from, to];
  }
}

/** The textbook table, two rows of it. */
function lengthByTable(a: readonly number[], b: readonly number[]): number {
  let above = new Int32Array(b.length + 1);
  for (const symbol of a) {
    const row = new Int32Array(b.length + 1);
    for (let j = 0; j < b.length; j += 1) {
      row[j + 1] = symbol === b[j] ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0);
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
