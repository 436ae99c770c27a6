import { describe, expect, test } from 'vitest';
import {
  type BaselineNamespace,
  baselineOf,
  mergeBaseline,
  parseBaseline,
  printBaseline,
} from '../../../../src/core/counters/baseline.ts';
import { differencesOf } from '../../../../src/core/counters/differences.ts';
import type { CounterRow } from '../../../../src/core/counters/types.ts';
import { row } from './rows.ts';

const ABOUT = {
  at: '2026-01-01T00:00:00.000Z',
  machine: { boot: 'b' },
  identity: { namespace: { kind: 'named', name: 'blue' } },
  backend: 'nft',
} as const;

type Counted = readonly [text: string, packets: number | string, bytes?: number];

/** Rules in their order; `policy ...` is the policy. */
function rowsOf(counted: readonly Counted[], more: Partial<CounterRow> = {}): readonly CounterRow[] {
  return counted.map(([text, packets, bytes = 0], index) =>
    row(text, text.startsWith('policy') ? undefined : index + 1, { counters: [`${packets}`, `${bytes}`], ...more }),
  );
}

function told(before: readonly Counted[], now: readonly Counted[]) {
  const { rows, gone } = differencesOf(rowsOf(now), baselineOf(rowsOf(before), ABOUT));
  return {
    rows: rows.map(({ text, counters, change, isUnsure }) => [
      text,
      ...counters,
      change,
      ...(isUnsure ? ['unsure'] : []),
    ]),
    gone: gone.map(({ text, counters }) => [text, ...counters]),
  };
}

test('without a baseline everything is told', () => {
  expect(differencesOf(rowsOf([['-j A', 5, 6]]), undefined).rows).toMatchObject([
    { counters: ['5', '6'], change: 'first' },
  ]);
});

test('a counter that went on tells the difference, beyond what a number of JavaScript holds', () => {
  expect(told([['-j A', '18446744073709551000', 1]], [['-j A', '18446744073709551615', 3]])).toEqual({
    rows: [['-j A', '615', '2', 'counted']],
    gone: [],
  });
});

test('a rule that moves goes on, and equal rules are told apart by their order', () => {
  const before: readonly Counted[] = [
    ['-j A', 5],
    ['-j B', 10],
    ['-j A', 20],
  ];
  expect(
    told(before, [
      ['-j B', 11],
      ['-j A', 7],
      ['-j A', 20],
    ]).rows,
  ).toEqual([
    ['-j B', '1', '0', 'counted'],
    ['-j A', '2', '0', 'counted'],
    ['-j A', '0', '0', 'counted'],
  ]);
});

test.each([
  ['packets', 4, 9],
  ['bytes', 9, 4],
])('a counter whose %s went down counts from zero', (_, packets, bytes) => {
  expect(told([['-j A', 5, 5]], [['-j A', packets, bytes]]).rows).toEqual([
    ['-j A', `${packets}`, `${bytes}`, 'restarted'],
  ]);
});

test('a new rule tells all that it has, and one that is gone is named with what was told last', () => {
  expect(told([['-j A', 5, 50]], [['-j B', 3]])).toEqual({
    rows: [['-j B', '3', '0', 'new']],
    gone: [['-j A', '5', '50']],
  });
});

test('where equal rules become fewer or more it is not known which is which', () => {
  expect(
    told(
      [
        ['-j A', 100],
        ['-j A', 5],
      ],
      [['-j A', 7]],
    ),
  ).toEqual({
    rows: [['-j A', '2', '0', 'counted', 'unsure']],
    gone: [['-j A', '100', '0']],
  });
  expect(
    told(
      [['-j A', 5]],
      [
        ['-j A', 1],
        ['-j A', 6],
      ],
    ).rows,
  ).toEqual([
    ['-j A', '1', '0', 'new', 'unsure'],
    ['-j A', '1', '0', 'counted', 'unsure'],
  ]);
});

test('a policy is one counter whatever it is, and no rule', () => {
  expect(told([['policy DROP', 5]], [['policy ACCEPT', 6]])).toEqual({
    rows: [['policy ACCEPT', '1', '0', 'counted']],
    gone: [],
  });
});

test.each([{ family: 'ipv6' }, { table: 'mangle' }, { chain: 'OUTPUT' }, { backend: 'legacy' }] as const)(
  'the same text elsewhere (%o) is another counter',
  (more) => {
    const before = baselineOf(rowsOf([['-j A', 5]]), ABOUT);
    const { rows, gone } = differencesOf(rowsOf([['-j A', 6]], more), before);
    expect(rows).toMatchObject([{ counters: ['6', '0'], change: 'new' }]);
    expect(gone).toHaveLength(1);
  },
);

test('differences of calls add up to the counter, however often a reader asks', () => {
  const counts = [3, 3, 10, 1, 4, 4, 90];
  let before: BaselineNamespace | undefined;
  let sum = 0;
  for (const count of counts) {
    const now = rowsOf([['-j A', count]]);
    sum += Number(differencesOf(now, before).rows[0]?.counters[0]);
    before = baselineOf(now, ABOUT);
  }
  // Ten until it went down, then ninety.
  expect(sum).toBe(100);
});

describe('the file of a reader', () => {
  const blue = baselineOf(
    rowsOf([
      ['-j A', 5],
      ['policy DROP', 1],
    ]),
    ABOUT,
  );
  const named = (name: string) => ({ ...blue, identity: { namespace: { kind: 'named', name } as const } });

  test('is read as it was written', () => {
    const baseline = mergeBaseline(undefined, [blue], new Set());
    expect(parseBaseline('x', printBaseline(baseline))).toEqual(baseline);
  });

  test('keeps namespaces that a call was not about, and drops those that are gone', () => {
    const before = mergeBaseline(undefined, ['a', 'b', 'c'].map(named), new Set());
    const after = mergeBaseline(before, [named('b'), named('d')], new Set(['c']));
    expect(after.namespaces.map(({ identity: { namespace } }) => namespace)).toMatchObject(
      ['a', 'b', 'd'].map((name) => ({ name })),
    );
  });

  test.each(['', '{', 'null', '[]', '{"version":2,"namespaces":[]}', '{"version":1,"namespaces":[{}]}'])(
    'is refused where fw did not write it: %s',
    (text) => expect(() => parseBaseline('readers/x.json', text)).toThrow('readers/x.json is no baseline'),
  );

  test('with a counter that is no number is refused', () => {
    const text = printBaseline(mergeBaseline(undefined, [blue], new Set())).replace('"5"', '"-5"');
    expect(() => parseBaseline('x', text)).toThrow('is no baseline');
  });
});
