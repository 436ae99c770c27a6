import { describe, expect, test } from 'vitest';
import { createLocator, linesOf } from '../../../../src/core/diagnostics/locate.ts';

describe('createLocator', () => {
  const text = 'a: b\n😀é: x\n\nend';
  const locate = createLocator(new Map([['f', text]]));

  test.each([
    [0, 1, 1],
    [4, 1, 5],
    [5, 2, 1],
    [7, 2, 2],
    [8, 2, 3],
    [text.indexOf('end'), 4, 1],
    [text.length, 4, 4],
    [9_999, 4, 4],
  ])('offset %i is line %i, column %i, counted in characters', (start, line, column) => {
    expect(locate({ file: 'f', start, end: start })).toEqual({ line, column });
  });

  test('puts spans of unknown files at the beginning', () => {
    expect(locate({ file: 'other', start: 7, end: 8 })).toEqual({ line: 1, column: 1 });
  });
});

test('the lines of a file are found once, and anew for another text', () => {
  const sources = new Map([['f', 'a\nb']]);
  const lines = linesOf(sources, 'f');
  expect(lines.starts).toEqual([0, 2]);
  expect(linesOf(sources, 'f')).toBe(lines);
  sources.set('f', 'abc');
  expect(linesOf(sources, 'f').starts).toEqual([0]);
});
