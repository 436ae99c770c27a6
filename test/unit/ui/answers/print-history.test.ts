import { expect, test } from 'vitest';
import { printHistory } from '../../../../src/ui/answers/print-history.ts';

type Item = Parameters<typeof printHistory>[0][number];

function generation(number: number): Item {
  const summary = { add: 1, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };
  const entry = { number, at: '2026-01-02T03:04:05Z', operator: 'alice', state: 'state', applied: [], summary };
  return { kind: 'generation', entry };
}

const firstLine = (...numbers: readonly number[]) => printHistory(numbers.map(generation), Number.POSITIVE_INFINITY)[0];

test('a history with all its generations begins with its head', () => {
  expect(firstLine(1, 2, 3)).toMatch(/^# +when/);
});

test('generations that are gone are named, in front and between those that stay', () => {
  const first = 'Generations that are not kept any more: 1 to 21. None is missing since 22, of 2026-01-0';
  expect(firstLine(22, 23)?.startsWith(first)).toBe(true);
  const between = 'Generations that are not kept any more: 1, 3 to 4, 6. None is missing since 7, of 2026-01-0';
  expect(firstLine(2, 5, 7)?.startsWith(between)).toBe(true);
});

test('generations whose receipt is missing or damaged are named', () => {
  const items = [1, 2, 3, 4].map(generation);
  const withReceipts = items.map((item, at): Item => {
    if (item.kind !== 'generation' || at === 0) return item;
    return { kind: 'generation', entry: { ...item.entry, receipt: at === 3 ? 'damaged' : 'missing' } };
  });
  expect(printHistory(withReceipts, Number.POSITIVE_INFINITY).slice(0, 3)).toEqual([
    'Generations whose receipt is missing, though fw still keeps receipts of that age: 2 to 3.',
    'Generations whose receipt is not as fw wrote it: 4.',
    '',
  ]);
});
