import { type Limit, row } from './limit.ts';

/** Bounds of the batches of the library. */
export const BATCH_LIMITS = {
  changesWaiting: row(
    100_000,
    '',
    'changes that wait for one batch of the library',
    'they are in memory, and one apply is to carry them',
  ),
  batchPlans: row(
    200,
    'times',
    'plans in which one batch looks for the changes that cannot be applied',
    'they are made under the lock; what is undecided by then is refused',
  ),
  batchReturns: row(
    12,
    'times',
    'applies of one batch that go back before the rest of it is refused',
    'one change at fault among two thousand is found by then',
  ),
} as const satisfies Readonly<Record<string, Limit>>;
