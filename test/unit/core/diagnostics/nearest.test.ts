import { describe, expect, test } from 'vitest';
import { nearest } from '../../../../src/core/diagnostics/nearest.ts';

describe('nearest', () => {
  test.each([
    ['rule', ['policy', 'rules'], 'rules'],
    ['filtre', ['nat', 'filter'], 'filter'],
    ['INPTU', ['OUTPUT', 'INPUT'], 'INPUT'],
    ['drop', ['ACCEPT', 'DROP'], 'DROP'],
    ['xyz', ['policy', 'rules'], undefined],
    ['web', ['web'], undefined],
    ['', ['ab'], undefined],
    ['wbe', ['web', 'wbx'], 'web'],
  ])('finds for %j among %j: %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test('looks at a bounded number of candidates and at words of bounded length', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `name-${index}-of-many`);
    expect(nearest('web', [...many, 'weg'])).toBeUndefined();
    expect(nearest('x'.repeat(100), ['x'.repeat(99)])).toBeUndefined();
  });
});
