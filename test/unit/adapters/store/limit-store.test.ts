import { afterEach, expect, test } from 'vitest';
import { limitFiles, limitStore } from '../../../../src/adapters/store/limit-store.ts';

afterEach(() => limitFiles(120));

const never = () => new Promise<never>(() => {});

test('an effect that never ends is an error in time, also of a journal that the store opened', async () => {
  limitFiles(0.02);
  const store = limitStore({ write: never, open: async () => ({ id: 'a', append: never }) }, 'journal');
  const journal = await store.open();
  expect(journal.id).toBe('a');
  for (const work of [store.write(), journal.append()]) {
    await expect(work).rejects.toMatchObject({
      code: 'env.data-folder',
      message: 'the disk of the data folder did not answer within 0.02 s: journal',
    });
  }
});

test('everything else comes through as it is', async () => {
  const store = limitStore(
    { number: 1, add: (one: number, other: number) => one + other, read: async () => 'text' },
    'x',
  );
  expect([store.number, store.add(1, 2), await store.read()]).toEqual([1, 3, 'text']);
  await expect(limitStore({ fail: async () => Promise.reject(new Error('no')) }, 'x').fail()).rejects.toThrow('no');
});
