import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillTables, PAGES_WITH_TABLES } from '../../../scripts/page-tables.ts';

test.each(PAGES_WITH_TABLES)('the tables of %s are those that `npm run docs` writes', (path) => {
  const committed = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  expect(committed).toBe(fillTables(path, committed));
});
