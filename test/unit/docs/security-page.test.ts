import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;
const page = readFileSync(`${ROOT}docs/security.md`, 'utf8');

/** `file "test"` and further `"test"`s after it, in the last cell of a row. */
function claims(): readonly { readonly file: string; readonly names: readonly string[] }[] {
  const cells = page.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split(' | ').at(-1) ?? ''] : []));
  return cells.flatMap(claimsOf);
}

function claimsOf(cell: string): readonly { readonly file: string; readonly names: readonly string[] }[] {
  return [...cell.matchAll(/`((?:test|src)\/[^`]+)`((?:,? "[^"]+")*)/g)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));
}

/** Weaknesses that the page has to speak of. */
const NUMBERS = [20, 22, 59, 78, 88, 116, 117, 150, 284, 287, 345, 347, 362, 367, 400, 732, 770, 1321];

/** Titles of tests: texts that a function follows as the next argument. */
function titlesOf(text: string): readonly string[] {
  return [...text.matchAll(/'((?:[^'\\]|\\.)*)',\s*(?:async\s*)?(?:\(|\w+\s*=>)/g)].map(([, title = '']) => title);
}

describe('docs/security.md', () => {
  test('names for every weakness a defence, and tests that exist as tests', () => {
    const rows = page.split('\n').flatMap((line) => {
      const [, number, cells = ''] = /^\| CWE-(\d+) (.*)$/.exec(line) ?? [];
      return number === undefined ? [] : [{ number: Number(number), cells: cells.split(' | ') }];
    });
    const numbers = rows.map(({ number }) => number);
    expect(numbers).toEqual(expect.arrayContaining(NUMBERS));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const { number, cells } of rows) {
      expect(cells.length, `CWE-${number}`).toBe(4);
      const named = claimsOf(cells.at(-1) ?? '');
      expect(named.flatMap(({ names }) => names).length, `CWE-${number}`).toBeGreaterThan(0);
      for (const { file, names } of named) {
        const titles = titlesOf(readFileSync(`${ROOT}${file}`, 'utf8'));
        for (const name of names) expect(titles, `CWE-${number}: ${file}`).toContain(name);
      }
    }
  });

  test('names tests that exist', () => {
    expect(claims().length).toBeGreaterThan(20);
    for (const { file, names } of claims()) {
      expect(existsSync(`${ROOT}${file}`), file).toBe(true);
      const text = readFileSync(`${ROOT}${file}`, 'utf8');
      for (const name of names) expect(text, `${file}: ${name}`).toContain(`'${name}'`);
    }
  });
});
