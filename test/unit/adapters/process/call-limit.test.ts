import { expect, test } from 'vitest';
import { withinLimit } from '../../../../src/adapters/process/call-limit.ts';
import { longestSeconds } from '../../../../src/adapters/process/limit-time.ts';
import { inTime } from '../../../../src/adapters/store/limit-store.ts';

const later = () => new Promise((resolve) => setImmediate(resolve));

test('each call has its own limit of time, also after it waited, and what is outside has that of the process', async () => {
  const seen = [5, 7].map((seconds) =>
    withinLimit(seconds, async () => {
      await later();
      return longestSeconds();
    }),
  );
  expect(await Promise.all(seen)).toEqual([5, 7]);
  expect(longestSeconds()).toBe(120);
});

test('it is the limit for the disk of the data folder too', async () => {
  const dead = new Promise<never>(() => {});
  const error = await withinLimit(0.01, () => inTime(dead, 'journal')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'env.data-folder', message: expect.stringContaining('within 0.01 s') });
});
