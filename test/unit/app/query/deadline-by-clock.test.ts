import { expect, test } from 'vitest';
import { deadlineByClock } from '../../../../src/app/query/deadline-by-clock.ts';

test.each([
  ['as it was', '2026-01-01T00:00:00.400Z', '2026-01-01T00:01:00.000Z'],
  ['an hour back', '2025-12-31T23:00:00.000Z', '2025-12-31T23:00:59.500Z'],
  ['an hour on', '2026-01-01T01:00:00.000Z', '2026-01-01T01:00:59.500Z'],
])('the deadline is shown by the wall clock as it is now: %s', (_, at, shown) => {
  expect(deadlineByClock('2026-01-01T00:01:00.000Z', 59_500, { now: new Date(at) })).toBe(shown);
});
