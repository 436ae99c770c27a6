import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printFormatSchemas } from '../../../scripts/format-schemas.ts';

test.each([...printFormatSchemas()])('schemas/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8')).toBe(text);
});
