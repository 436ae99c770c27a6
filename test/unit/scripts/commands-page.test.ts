import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printCommandsPage } from '../../../scripts/commands-page.ts';

test('docs/commands.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
  expect(committed).toBe(printCommandsPage());
});
