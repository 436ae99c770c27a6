import { expect, test } from 'vitest';
import { openJournalStore } from '../../../../src/adapters/store/journal-store.ts';
import { dataFolder } from '../../../support/fw.ts';

test('one process gives no id twice, also to two data folders in one millisecond', async () => {
  const at = Date.UTC(2031, 0, 2, 3, 4, 5);
  const clock = { now: () => new Date(at), uptime: () => 1, sleep: async () => {}, turn: async () => {} };
  const stores = [dataFolder(), dataFolder()].map((folder) => openJournalStore(folder, clock));
  const ids: string[] = [];
  for (const store of [...stores, ...stores]) ids.push((await store.begin([], 'agent', [])).id);
  expect(new Set(ids).size).toBe(4);
  expect(ids[0]).toBe(`20310102T030405000Z-${process.pid}`);
});
