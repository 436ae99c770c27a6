import { describe, expect, it } from 'vitest';
import { pairSimilar } from '../../../../src/core/diff/similarity.ts';
import { cpuTime } from '../../../support/cpu-time.ts';

const port = (number: number, target = 'ACCEPT'): string => `-p tcp -m tcp --dport ${number} -j ${target}`;

describe('pairSimilar', () => {
  it('pairs a rule with the one that differs in a word, not with the next in turn', () => {
    expect(pairSimilar([port(22), port(80)], ['-j LOG', port(22, 'DROP'), port(80, 'DROP')])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('leaves out a removed rule so that later ones find their own partner', () => {
    const before = [port(22), port(80), port(443)];
    expect(pairSimilar(before, [port(80, 'DROP'), port(443, 'DROP')])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('pairs rules that are all equally alike one to one, in order', () => {
    const list = (start: number) => Array.from({ length: 1_000 }, (_, index) => port(start + index));
    expect(pairSimilar(list(1), list(5_000))).toEqual(list(1).map((_, index) => [index, index]));
  });

  it.each([
    ['flags alone', '-s 10.0.0.1/32 -j DROP', '-s 10.0.0.2/32 -j ACCEPT'],
    ['a jump elsewhere', '-j web', '-j ssh'],
    ['another service', port(22), '-p udp -m udp --dport 53 -j ACCEPT'],
  ])('does not take %s for likeness', (_, before, after) => {
    expect(pairSimilar([before], [after])).toEqual([]);
  });

  it('counts a repeated word as often as both have it', () => {
    expect(pairSimilar(['a a a a b'], ['a c d e f'])).toEqual([]);
  });

  it('stays bounded on rules of thousands of words', () => {
    const long = Array.from({ length: 1_000 }, (_, index) => `${'x '.repeat(5_000)}${index}`);
    const { result, milliseconds } = cpuTime(() => pairSimilar(long, long));
    expect(result).toHaveLength(1_000);
    expect(milliseconds).toBeLessThan(1_000);
  });
});
