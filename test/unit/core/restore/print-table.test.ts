import { expect, test } from 'vitest';
import { printTable } from '../../../../src/core/restore/print-table.ts';
import type { Table } from '../../../../src/core/rules/types.ts';

const TABLE: Table = {
  name: 'filter',
  chains: [
    { name: 'INPUT', policy: 'DROP', counters: ['1', '2'], rules: [{ text: '-j web', counters: ['3', '4'] }] },
    { name: 'OUTPUT', policy: 'ACCEPT', rules: [] },
    { name: 'web', rules: [{ text: '' }] },
  ],
};

test('prints rule counters only when asked', () => {
  const head = '*filter\n:INPUT DROP [1:2]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n';
  expect(printTable(TABLE, { counters: false })).toBe(`${head}-A INPUT -j web\n-A web\nCOMMIT\n`);
  expect(printTable(TABLE, { counters: true })).toBe(`${head}[3:4] -A INPUT -j web\n[0:0] -A web\nCOMMIT\n`);
});

test('quotes a chain name where restore reads quotes', () => {
  const text = printTable(
    { name: 'raw', chains: [{ name: 'a"b', rules: [{ text: '-j DROP' }] }] },
    { counters: false },
  );
  expect(text).toBe('*raw\n:a"b - [0:0]\n-A "a\\"b" -j DROP\nCOMMIT\n');
});
