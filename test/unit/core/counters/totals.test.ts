import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BaselineNamespace, baselineOf, mergeBaseline } from '../../../../src/core/counters/baseline.ts';
import { differencesOf } from '../../../../src/core/counters/differences.ts';
import { idsIn } from '../../../../src/core/counters/rule-names.ts';
import { addToTotals, type Totals } from '../../../../src/core/counters/totals.ts';
import { parseTotals, printTotals } from '../../../../src/core/counters/totals-file.ts';
import type { CounterRow } from '../../../../src/core/counters/types.ts';
import { generation, row } from './rows.ts';

type Counted = readonly [text: string, packets: number];

const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';
const NAMED = '-p udp -m comment --comment "name server" -j ACCEPT';

/** What is called `ssh` in the chain INPUT, whatever its text is. */
function idsOf(...texts: readonly string[]) {
  const chains = [{ name: 'INPUT', rules: texts.map((text) => [text, 'a.yaml:1', 'ssh'] as const) }];
  return idsIn([generation(1, [{ chains }]).generation]);
}

/** Looks again: rules in their order, the policy is `policy DROP`. `why` is why all begins anew. */
function look(before: Totals | undefined, counted: readonly Counted[], ids = idsOf(SSH), at = 1, why?: string): Totals {
  const rows = counted.map(
    ([text, packets], index): CounterRow =>
      row(text, text.startsWith('policy') ? undefined : index + 1, { counters: [`${packets}`, `${packets * 10}`] }),
  );
  const [time = '', since = ''] = [at, at - 24].map((hour) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString());
  const about: Omit<BaselineNamespace, 'chains'> = {
    at: time,
    machine: { boot: 'b' },
    identity: { namespace: { kind: 'named', name: 'blue' } },
    backend: 'nft',
  };
  const was = before?.baseline.namespaces[0];
  const { rows: found, gone } = differencesOf(rows, why === undefined ? was : undefined);
  const namespaces = [{ namespace: 'blue', why: why ?? (was === undefined ? 'first' : undefined) }];
  const baseline = mergeBaseline(before?.baseline, [baselineOf(rows, about)], new Set());
  const named = gone.map((one) => ({ ...one, namespace: 'blue' }));
  return addToTotals(before, { rows: found, gone: named, namespaces, baseline }, ids, { at: time, since });
}

function shown({ totals }: Totals) {
  return Object.fromEntries(totals.map(({ rule, counters }) => [rule ?? 'policy', Number(counters[0])]));
}

/** Looks one after the other, all with the id of the first rule. */
function looks(...all: readonly (readonly Counted[])[]) {
  let totals: Totals | undefined;
  const ids = idsOf(
    ...new Set(all.flatMap((rules) => rules.map(([text]) => text).filter((text) => /dport/.test(text)))),
  );
  for (const [at, rules] of all.entries()) totals = look(totals, rules, ids, at);
  return shown(totals as Totals);
}

test('a rule is called by its id, else by its comment, and rules without either are one', () => {
  expect(
    shown(
      look(undefined, [
        [SSH, 5],
        [NAMED, 7],
        ['-j LOG', 1],
        ['-j DROP', 2],
        ['policy DROP', 3],
      ]),
    ),
  ).toEqual({
    ssh: 5,
    'name server': 7,
    '': 3,
    policy: 3,
  });
});

describe('a total never goes down and takes every packet once', () => {
  test.each<readonly [string, readonly (readonly Counted[])[], object]>([
    ['that counts on', [[[SSH, 5]], [[SSH, 9]]], { ssh: 9 }],
    [
      'that moves',
      [
        [
          [SSH, 5],
          ['-j LOG', 1],
        ],
        [
          ['-j LOG', 2],
          [SSH, 9],
        ],
      ],
      { ssh: 9, '': 2 },
    ],
    ['that is edited', [[[SSH, 5]], [['-p tcp -m tcp --dport 2222 -j ACCEPT', 2]]], { ssh: 7 }],
    ['that is zeroed', [[[SSH, 500]], [[SSH, 3]]], { ssh: 503 }],
    [
      'of which only the comment changes',
      [[['-p tcp -m comment --comment a -j DROP', 50]], [['-p tcp -m comment --comment b -j DROP', 60]]],
      { a: 50, b: 10 },
    ],
    ['that goes and comes back with its counter', [[[SSH, 50]], [], [[SSH, 51]]], { ssh: 51 }],
    ['that goes and comes back made anew', [[[SSH, 50]], [], [[SSH, 1]]], { ssh: 51 }],
    ['that is set back a little, as a roll-back does', [[[SSH, 50]], [[SSH, 48]], [[SSH, 60]]], { ssh: 62 }],
  ])('of a rule %s', (_name, all, total) => {
    expect(looks(...all)).toEqual(total);
  });

  test('of a namespace that was made anew, which owes nothing to what it was', () => {
    const first = look(undefined, [[SSH, 5]]);
    expect(shown(look(first, [[SSH, 6]], idsOf(SSH), 2, 'booted'))).toEqual({ ssh: 11 });
  });

  test('of a rule that is edited again and again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(1000)), { maxLength: 30 }), (edits) => {
        let [last, sum, totals]: [number, number, Totals | undefined] = [0, 0, undefined];
        for (const [at, [add, packets]] of edits.entries()) {
          // Each text is there once: what was edited never comes back.
          const text = (edit: number) => `-p tcp -m tcp --dport ${edit} -j ACCEPT`;
          totals = look(totals, [[text(at), packets]], idsOf(text(at)), at % 20);
          sum += packets;
          totals = look(totals, [[text(at), packets + add]], idsOf(text(at)), at % 20);
          sum += add;
          const now = shown(totals).ssh ?? 0;
          expect(now).toBe(sum);
          expect(now).toBeGreaterThanOrEqual(last);
          last = now;
        }
      }),
      { seed: 14, numRuns: 50 },
    );
  });
});

test('what has no counter any more is forgotten after a day', () => {
  const gone = look(look(undefined, [[SSH, 5]]), [], idsOf(SSH), 2);
  expect(gone.totals).toHaveLength(1);
  expect(gone.gone).toHaveLength(1);
  const later = look(gone, [], idsOf(SSH), 48);
  expect(later).toMatchObject({ totals: [], gone: [] });
});

test('the file is read as it was written, and what is none is refused', () => {
  const totals = look(
    look(undefined, [
      [SSH, 5],
      ['policy DROP', 1],
    ]),
    [['policy DROP', 2]],
    idsOf(SSH),
    2,
  );
  expect(parseTotals('x', printTotals(totals))).toEqual(totals);
  for (const text of [
    '',
    '{}',
    printTotals(totals).replace('"5"', '"-5"'),
    printTotals(totals).replace('"rule"', '"rul"'),
  ])
    expect(() => parseTotals('x', text)).toThrow('no file of totals');
});
