import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printStateSchema, printTemplateSchema } from '../../../scripts/schema-page.ts';

test('schemas/state.schema.json is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../schemas/state.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(printStateSchema());
});

test('schemas/template.schema.json is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../schemas/template.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(printTemplateSchema());
});
