import { expect, test } from 'vitest';
import {
  BUILTIN,
  isBuiltin,
  isPristine,
  isTableName,
  pristineTable,
  TABLES,
} from '../../../../src/core/rules/builtin.ts';
import { digestTable } from '../../../../src/core/rules/digest.ts';
import type { Chain, Table } from '../../../../src/core/rules/types.ts';

function filter(...chains: readonly Chain[]): Table {
  return { name: 'filter', chains };
}

test('lists every table once', () => {
  expect([...TABLES].sort()).toEqual(Object.keys(BUILTIN).sort());
});

test('knows tables and their built-in chains by exact name', () => {
  expect(isTableName('nat')).toBe(true);
  expect(isTableName('toString')).toBe(false);
  expect(isBuiltin('filter', 'INPUT')).toBe(true);
  expect(isBuiltin('filter', 'PREROUTING')).toBe(false);
});

test('a table without rules, user chains and DROP policies is pristine', () => {
  expect(isPristine(pristineTable('mangle'))).toBe(true);
  expect(isPristine(filter({ name: 'INPUT', policy: 'ACCEPT', counters: ['5', '6'], rules: [] }))).toBe(true);
  expect(isPristine(filter({ name: 'INPUT', policy: 'DROP', rules: [] }))).toBe(false);
  expect(isPristine(filter({ name: 'INPUT', policy: 'ACCEPT', rules: [{ text: '-j DROP' }] }))).toBe(false);
  expect(isPristine(filter({ name: 'web', rules: [] }))).toBe(false);
});

test('the digest of an absent table is that of a pristine one, and tables differ by name', () => {
  const absent = digestTable(undefined, 'filter');
  expect(absent).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digestTable(pristineTable('filter'), 'filter')).toBe(absent);
  expect(digestTable(filter(), 'filter')).toBe(absent);
  expect(digestTable(undefined, 'security')).not.toBe(absent);
});

test('the digest leaves out counters and the order of chains', () => {
  const a: Chain = { name: 'a', rules: [{ text: '-j DROP', counters: ['1', '2'] }, { text: '-j ACCEPT' }] };
  const b: Chain = { name: 'b', rules: [] };
  const bare: Chain = { name: 'a', rules: [{ text: '-j DROP' }, { text: '-j ACCEPT' }] };
  expect(digestTable(filter(a, b), 'filter')).toBe(digestTable(filter(b, bare), 'filter'));
});

test('the digest sees the order of rules, policies, and which chain a rule is in', () => {
  const tables = [
    filter({ name: 'a', rules: [{ text: '-j DROP' }, { text: '-j ACCEPT' }] }),
    filter({ name: 'a', rules: [{ text: '-j ACCEPT' }, { text: '-j DROP' }] }),
    filter({ name: 'b', rules: [{ text: '-j DROP' }, { text: '-j ACCEPT' }] }),
    filter({ name: 'a', rules: [{ text: '-j DROP' }] }, { name: 'b', rules: [{ text: '-j ACCEPT' }] }),
    filter({ name: 'INPUT', policy: 'DROP', rules: [] }),
    filter({ name: 'a', rules: [] }),
    filter(),
  ];
  expect(new Set(tables.map((table) => digestTable(table, 'filter'))).size).toBe(tables.length);
});
