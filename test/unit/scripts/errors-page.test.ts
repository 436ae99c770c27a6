import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printErrorsPage } from '../../../scripts/errors-page.ts';

test('docs/errors.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  expect(committed).toBe(printErrorsPage());
});
