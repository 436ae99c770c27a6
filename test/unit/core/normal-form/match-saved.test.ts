import { describe, expect, test } from 'vitest';
import { matchSaved } from '../../../../src/core/normal-form/match-saved.ts';

describe('which saved rule comes from which written one', () => {
  test('one from each', () => {
    expect(matchSaved(['-j A', '-j B'], ['a', 'b'])).toEqual([['a'], ['b']]);
  });

  test('as many as a list has addresses, and pairs of two lists', () => {
    const written = ['-j A', '-s 10.0.0.1,10.0.0.2 -d 10.1.0.1,10.1.0.2 -j B', '-j C', '--src ::1,::2 -j D'];
    const saved = ['a', 'b1', 'b2', 'b3', 'b4', 'c', 'd1', 'd2'];
    expect(matchSaved(written, saved)).toEqual([['a'], ['b1', 'b2', 'b3', 'b4'], ['c'], ['d1', 'd2']]);
  });

  test('a comma in a comment is no list', () => {
    expect(matchSaved(['-m comment --comment "-s a,b" -j A', '-j B'], ['a', 'b'])).toEqual([['a'], ['b']]);
  });

  test('cannot be told where a host name has several addresses', () => {
    expect(matchSaved(['-s web.example -j A', '-s 10.0.0.1,10.0.0.2 -j B'], ['a1', 'a2', 'b1', 'b2'])).toBeUndefined();
  });

  test('no rules from none', () => {
    expect(matchSaved([], [])).toEqual([]);
  });
});
