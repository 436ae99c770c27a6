import { describe, expect, it } from 'vitest';
import { longestCommonSubsequence } from '../../../../src/core/diff/lcs.ts';
import { cpuTime } from '../../../support/cpu-time.ts';

const RULES = 50_000;
const numbers = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

describe('longestCommonSubsequence', () => {
  it('keeps everything of equal lists', () => {
    expect(longestCommonSubsequence([7, 7, 9], [7, 7, 9])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('keeps nothing of lists without a common element, and nothing of empty lists', () => {
    expect(longestCommonSubsequence([1, 2], [3, 4])).toEqual([]);
    expect(longestCommonSubsequence([], [3])).toEqual([]);
    expect(longestCommonSubsequence([], [])).toEqual([]);
  });

  it('sees one insert at the top of a list as one insert', () => {
    expect(longestCommonSubsequence([1, 2], [0, 1, 2])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('takes symbols of any size and sign', () => {
    expect(longestCommonSubsequence([-5, 2 ** 40, 3], [2 ** 40, 8, 3])).toEqual([
      [1, 0],
      [2, 2],
    ]);
  });

  // Bounds are ten times the processor time that one core of 2026 needs, and a second at least: they catch a method of the wrong order, not a busy machine.
  it.each([
    ['1,000 changed neighbours', numbers(RULES), withChanges(20_000, 1_000), 49_000, 1_000],
    ['5,000 in reverse order', numbers(5_000), numbers(5_000).reverse(), 1, 1_000],
    ['50,000 in random order', numbers(RULES), shuffled(numbers(RULES)), undefined, 2_000],
    ['50,000 against 50,000 of two symbols', ofSymbols(2, 1), ofSymbols(2, 2), undefined, 15_000],
    ['50,000 against 50,000 of a thousand symbols', ofSymbols(1000, 1), ofSymbols(1000, 2), undefined, 15_000],
  ] as const)('stays bounded: %s', (_, a, b, length, milliseconds) => {
    const { result: pairs, milliseconds: spent } = cpuTime(() => longestCommonSubsequence(a, b));
    expect(spent).toBeLessThan(milliseconds);
    expect(pairs.every(([from, to]) => a[from] === b[to])).toBe(true);
    if (length !== undefined) expect(pairs).toHaveLength(length);
    else expect(pairs.length).toBeGreaterThan(400);
  });
});

function withChanges(start: number, count: number): Int32Array {
  return numbers(RULES).map((index) => (index >= start && index < start + count ? index + RULES : index));
}

function ofSymbols(count: number, seed: number): Int32Array {
  const next = randomNumbers(seed);
  return numbers(RULES).map(() => next(count));
}

function shuffled(list: Int32Array): Int32Array {
  const next = randomNumbers(3);
  const mixed = list.slice();
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    const other = next(index + 1);
    [mixed[index], mixed[other]] = [mixed[other] ?? 0, mixed[index] ?? 0];
  }
  return mixed;
}

/** A fixed sequence: each call gives a number from 0 to below `limit`. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(((state >>> 8) / (1 << 24)) * limit);
  };
}
