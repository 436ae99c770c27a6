import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printKeysPage } from '../../../scripts/keys-page.ts';
import { DOCUMENT } from '../../../src/core/state/schema.ts';

test('docs/keys.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');
  expect(committed).toBe(printKeysPage());
});

test('every key at the top of a document has its row', () => {
  const page = printKeysPage();
  expect(Object.keys(DOCUMENT.keys).filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  expect(page).not.toContain('anything');
});
