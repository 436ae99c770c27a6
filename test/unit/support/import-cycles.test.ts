import { expect, test } from 'vitest';
import { findCycles } from '../../support/import-cycles.ts';
import { codeLines } from '../../support/source-files.ts';

test('names the lines of a circle', () => {
  const sources = [
    { path: 'a.ts', imports: [{ to: 'b.ts', line: 1 }] },
    { path: 'b.ts', imports: [{ to: 'c.ts', line: 2 }] },
    { path: 'c.ts', imports: [{ to: 'b.ts', line: 3 }] },
  ];
  expect(findCycles(sources)).toEqual(['src/b.ts:2 -> src/c.ts:3 -> src/b.ts']);
});

test('finds no circle where two ways lead to one file', () => {
  const sources = [
    {
      path: 'a.ts',
      imports: [
        { to: 'b.ts', line: 1 },
        { to: 'c.ts', line: 2 },
      ],
    },
    { path: 'b.ts', imports: [{ to: 'd.ts', line: 1 }] },
    { path: 'c.ts', imports: [{ to: 'd.ts', line: 1 }] },
    { path: 'd.ts', imports: [] },
  ];
  expect(findCycles(sources)).toEqual([]);
});

test('takes comments and strings out of the code', () => {
  expect(codeLines(["log('process.exit(1)'); // await", ' * async', 'await x'])).toEqual(["log('');", '', 'await x']);
});
