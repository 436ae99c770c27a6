import { expect, test } from 'vitest';
import { nextOf } from '../../../../src/core/journal/next.ts';
import type { RunState } from '../../../../src/core/journal/run-state.ts';

const RUN = { id: '20260101T000000000Z-1', at: '2026-01-01T00:00:00.000Z', pid: 1, boot: 'this', operator: 'root' };
const NOW = new Date('2026-01-01T00:00:00.000Z');

function waiting(state: { readonly due?: number; readonly since?: number }): RunState {
  return { ...RUN, steps: [], state: { kind: 'pending', deadline: '2026-01-01T00:01:00.000Z', ...state } };
}

test.each([
  ['as it was', '2026-01-01T00:00:00.000Z'],
  ['an hour back', '2025-12-31T23:00:00.000Z'],
  ['an hour on', '2026-01-01T01:00:00.000Z'],
  ['a year on', '2027-01-01T01:00:00.000Z'],
])('the time that is left is counted from the boot, with the wall clock %s', (_, at) => {
  const now = new Date(at);
  const run = waiting({ since: 1000, due: 1060 });
  expect(nextOf(run, { boot: 'this', uptime: 1000.5, now })).toEqual({ kind: 'wait', milliseconds: 59_500 });
  expect(nextOf(run, { boot: 'this', uptime: 1059.999, now })).toEqual({ kind: 'wait', milliseconds: 1 });
  expect(nextOf(run, { boot: 'this', uptime: 1060, now })).toEqual({ kind: 'roll-back', why: 'not confirmed' });
});

test('another boot, and a count that began anew under the same boot id, end the waiting', () => {
  const run = waiting({ since: 1000, due: 1060 });
  expect(nextOf(run, { boot: 'other', uptime: 1001, now: NOW })).toEqual({ kind: 'roll-back', why: 'booted' });
  expect(nextOf(run, { boot: 'this', uptime: 3, now: NOW })).toEqual({ kind: 'roll-back', why: 'booted' });
});

test('a journal that knows only the wall clock is read as it was meant', () => {
  expect(nextOf(waiting({}), { boot: 'this', uptime: 9, now: NOW })).toEqual({ kind: 'wait', milliseconds: 60_000 });
  const late = new Date('2026-01-01T00:01:00.000Z');
  expect(nextOf(waiting({}), { boot: 'this', uptime: 9, now: late })).toEqual({
    kind: 'roll-back',
    why: 'not confirmed',
  });
});
