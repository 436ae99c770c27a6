import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printLimitsPage } from '../../../scripts/limits-page.ts';

test('docs/limits.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
  expect(committed).toBe(printLimitsPage());
});
