import { describe, expect, it } from 'vitest';
import {
  expiredGenerations,
  type GenerationHead,
  headOf,
  KEPT_GENERATIONS,
  KEPT_OF_STATE,
  mostGenerations,
} from '../../../../src/core/generation/expired.ts';

function heads(count: number, applied: (number: number) => string, earlier = 0): readonly GenerationHead[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    isEarlier: index < earlier,
    applied: [applied(index + 1)],
  }));
}

describe('generations that may go', () => {
  it('are none as long as there are not too many', () => {
    expect(
      expiredGenerations(
        heads(KEPT_GENERATIONS, () => 'a'),
        [{ name: 'a' }],
      ),
    ).toEqual([]);
  });

  it('are the oldest', () => {
    expect(
      expiredGenerations(
        heads(KEPT_GENERATIONS + 3, () => 'a'),
        [{ name: 'a' }],
      ),
    ).toEqual([1, 2, 3]);
  });

  it('are not the newest of a state that is applied seldom, unless it is there no more', () => {
    const all = heads(KEPT_GENERATIONS + 30, (number) => (number <= 20 ? 'seldom' : 'often'));
    const rest = Array.from({ length: 10 }, (_, index) => 21 + index);
    const old = Array.from({ length: 20 - KEPT_OF_STATE }, (_, index) => index + 1);
    expect(expiredGenerations(all, [{ name: 'seldom' }, { name: 'often' }])).toEqual([...old, ...rest]);
    expect(expiredGenerations(all, [{ name: 'often' }])).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it('are not the newest of a state that had another name then', () => {
    const all = heads(KEPT_GENERATIONS + 30, (number) => (number <= 20 ? 'seldom' : 'often'));
    const states = [{ name: 'core', formerly: ['first', 'seldom'] }, { name: 'often' }];
    const expired = expiredGenerations(all, states);
    expect(expired).not.toContain(20);
    expect(expired).not.toContain(20 - KEPT_OF_STATE + 1);
    expect(expired).toContain(20 - KEPT_OF_STATE);
  });

  it('are as many more where fewer are to stay, of each state too, and never the last that was confirmed', () => {
    const all = heads(30, (number) => (number <= 20 ? 'seldom' : 'often'));
    const expired = expiredGenerations(all, [{ name: 'seldom' }, { name: 'often' }], { keep: 3, lastConfirmed: 7 });
    const kept = all.map(({ number }) => number).filter((number) => !expired.includes(number));
    expect(kept).toEqual([7, 18, 19, 20, 28, 29, 30]);
    expect(expiredGenerations(all, [{ name: 'often' }], { keep: 1 })).toHaveLength(29);
    expect([1, 4, 5, 100].map(mostGenerations)).toEqual([1, 4, 6, 120]);
  });

  it('are none that an older fw needs or wrote', () => {
    expect(
      expiredGenerations(
        heads(KEPT_GENERATIONS + 5, () => 'a', 3),
        [{ name: 'a' }],
      ),
    ).toEqual([4, 5]);
    const mixed = heads(KEPT_GENERATIONS + 5, () => 'a').map((head) => ({ ...head, isEarlier: head.number === 4 }));
    expect(expiredGenerations(mixed, [{ name: 'a' }])).toEqual([5]);
  });
});

describe('the beginning of a file', () => {
  it('tells the states', () => {
    const text = '{"version":2,"at":"x","applied":["a \\",\\"states\\":["],"states":[{"name":"a"';
    expect(headOf(7, text)).toEqual({ number: 7, isEarlier: false, applied: ['a ","states":['] });
    expect(headOf(7, text.slice(0, 20))).toBe(undefined);
    expect(headOf(1, '{"version":1,"at":"x","namespaces":[')).toEqual({ number: 1, isEarlier: true, applied: [] });
  });
});
