import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;
const page = readFileSync(`${ROOT}docs/security.md`, 'utf8');

/** `file "test"` and further `"test"`s after it, in the last cell of a row. */
function claims(): readonly { readonly file: string; readonly names: readonly string[] }[] {
  const cells = page.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split(' | ').at(-1) ?? ''] : []));
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`((?:test|src)\/[^`]+)`((?:,? "[^"]+")*)/g)].map(([, file = '', names = '']) => ({
      file,
      names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    })),
  );
}

describe('docs/security.md', () => {
  test('names tests that exist', () => {
    expect(claims().length).toBeGreaterThan(20);
    for (const { file, names } of claims()) {
      expect(existsSync(`${ROOT}${file}`), file).toBe(true);
      const text = readFileSync(`${ROOT}${file}`, 'utf8');
      for (const name of names) expect(text, `${file}: ${name}`).toContain(`'${name}'`);
    }
  });
});
