import { expect, test } from 'vitest';
import { tableOfChains } from '../../../../src/core/nft-bytes/chain-text.ts';
import { areBytesOf } from '../../../../src/core/nft-bytes/compare-bytes.ts';
import type { ByteDump } from '../../../../src/core/nft-bytes/types.ts';
import { printTable } from '../../../../src/core/restore/print-table.ts';
import type { Table } from '../../../../src/core/rules/types.ts';
import { tableOf } from '../../../support/table-of.ts';

/** Without the built-in chains that are not named, as nft has none before it needs them. */
function filter(text: string): Table {
  const table = tableOf('filter', text);
  return { ...table, chains: table.chains.filter(({ name }) => text.includes(`:${name} `)) };
}

const FILTER = filter(':INPUT ACCEPT [0:0]\n:web - [0:0]\n-A INPUT -j web');
const BYTES: Readonly<Record<string, string>> = { INPUT: '1', web: '2' };

function areEqual(
  live: Readonly<Record<string, string | undefined>> | 'no digests' | undefined,
  table: Table | undefined = FILTER,
) {
  const dump: ByteDump =
    live === undefined
      ? new Map()
      : new Map([['filter', live === 'no digests' ? live : new Map(Object.entries(live))]]);
  return areBytesOf(['filter'], table === undefined ? [] : [table], dump, (_, chain) => BYTES[chain.name]);
}

test('the same chains with the bytes of their texts are equal', () => {
  expect(areEqual({ INPUT: '1', web: '2' })).toBe(true);
  expect(areEqual({ INPUT: '1', web: '3' })).toBe(false);
});

test('a chain more, a chain less, or one that was not read are not', () => {
  expect(areEqual({ INPUT: '1', web: '2', late: '3' })).toBe(false);
  expect(areEqual({ INPUT: '1' })).toBe(false);
  expect(areEqual({ INPUT: '1', web: undefined })).toBe(false);
});

test('a table with objects is never equal', () => {
  expect(areEqual('no digests')).toBe(false);
});

test('a built-in chain that accepts and holds nothing may be missing, and so may its table', () => {
  const idle = filter(':INPUT ACCEPT [0:0]');
  expect(areEqual({}, idle)).toBe(true);
  expect(areEqual(undefined, idle)).toBe(true);
  expect(areEqual(undefined, filter(':INPUT DROP [0:0]'))).toBe(false);
});

test('a table of which the text says nothing is not equal where it is there, even without chains', () => {
  const none = { name: 'filter', chains: [] } as const;
  expect(areEqual(undefined, none)).toBe(true);
  expect(areEqual({}, none)).toBe(false);
});

test('a chain is loaded with all that it calls, also where a word only looks like a call', () => {
  const table = filter(
    [
      ':INPUT DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n:c - [0:0]\n:d - [0:0]',
      '-A INPUT -j a\n-A a -m comment --comment " -j d x" -g b\n-A b -j c\n-A c -j DROP',
    ].join('\n'),
  );
  expect(printTable(tableOfChains(table, new Set(['a'])), { counters: false })).toBe(
    '*filter\n:a - [0:0]\n:b - [0:0]\n:d - [0:0]\n-A a -m comment --comment " -j d x" -g b\nCOMMIT\n',
  );
});
