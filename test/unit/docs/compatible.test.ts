import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allSchemaKeys } from '../../support/schema-keys.ts';

test('every key that version 0.1 reads and prints is still there', () => {
  const known = readFileSync(new URL('../../support/keys-1.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const now = new Set(allSchemaKeys());
  expect(known).toHaveLength(1726);
  expect(known.filter((key) => !now.has(key))).toEqual([]);
});
