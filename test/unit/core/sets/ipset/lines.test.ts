import { expect, test } from 'vitest';
import { allLines, indexLines, linesOf } from '../../../../../src/core/sets/ipset/lines.ts';

test('finds the first equal line, and nothing else', () => {
  const texts = Array.from({ length: 5000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
  const find = indexLines(linesOf([...texts, '10.0.0.7']));
  const asked = linesOf(['10.0.0.7', '10.0.19.135', '10.0.0', '10.0.0.77777', '']);
  expect(asked.bounds.length / 2).toBe(5);
  expect([0, 1, 2, 3, 4].map((index) => find(asked, index))).toEqual([7, 4999, -1, -1, -1]);
});

test('lines are the texts they were made of', () => {
  expect(allLines(linesOf(['a', '', 'b c']))).toEqual(['a', '', 'b c']);
  expect(indexLines(linesOf([]))(linesOf(['x']), 0)).toBe(-1);
});
