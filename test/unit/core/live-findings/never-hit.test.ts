import { describe, expect, test } from 'vitest';
import type { Generation } from '../../../../src/core/generation/types.ts';
import { reasonText } from '../../../../src/core/lint-findings/finding-text.ts';
import { type Applied, neverHit } from '../../../../src/core/live-findings/never-hit.ts';
import type { Receipt } from '../../../../src/core/receipt/types.ts';
import { tableOf } from '../../../support/table-of.ts';

const HOST = { kind: 'host' } as const;
const ME = { namespace: HOST, cookie: 'a1' };

type Apply = {
  readonly day: number;
  readonly rules: readonly string[];
  readonly boot?: string;
  readonly cookie?: string;
  /** Digests of the table before and after; an apply without a receipt has none. */
  readonly wrote?: readonly [before: string, live: string] | 'no receipt' | 'nothing';
  readonly counted?: readonly (readonly [text: string, packets: string])[];
};

/** What is kept of some applies, of the host's chain fw-INPUT. */
function appliedOf(applies: readonly Apply[], days = 30): Applied {
  const generations = applies.map(({ day, rules, boot = 'now', cookie = 'a1', counted = [] }, index) => {
    const at = new Date(Date.UTC(2026, 0, day)).toISOString();
    const journal = `j${index + 1}`;
    const kept = {
      namespace: HOST,
      claims: [
        {
          family: 'ipv4',
          table: 'filter',
          chains: [{ name: 'fw-INPUT', rules: rules.map((text) => [text, 'a.yaml:3']) }],
        },
      ],
      counted: counted.map(([text, packets]) => ['ipv4', 'filter', 'fw-INPUT', text, packets]),
    };
    const appliedIn = [{ boot, at, journal, namespaces: [{ namespace: HOST, cookie }] }];
    const generation = { at, operator: 'root', journal, states: [{ appliedIn }], namespaces: [kept] };
    return { number: index + 1, generation: generation as unknown as Generation };
  });
  const receipts = new Map<number, Receipt>();
  for (const [index, { wrote = [`d${index}`, `d${index + 1}`] }] of applies.entries()) {
    if (wrote === 'no receipt') continue;
    const [before, live] = wrote;
    const step = { namespace: 'host', family: 'ipv4', table: 'filter', before, live };
    receipts.set(index + 1, { tables: wrote === 'nothing' ? [] : [step] } as unknown as Receipt);
  }
  return { generations, receipts, boot: 'now', now: new Date(Date.UTC(2026, 2, 1)), days };
}

function found(
  applies: readonly Apply[],
  live = '[0:0] -A fw-INPUT -p tcp -j ACCEPT\n[7:9] -A fw-INPUT -p udp -j ACCEPT',
  { days = 30, told = [] as readonly number[] } = {},
) {
  const rules = { namespace: 'host', family: 'ipv4', tables: [tableOf('filter', live)], identity: ME } as const;
  return neverHit(appliedOf(applies, days), rules, (_table, _chain, number) => told.includes(number));
}

const RULES = ['-p tcp -j ACCEPT', '-p udp -j ACCEPT'];
const since = (applies: readonly Apply[]) => found(applies).map((one) => one.since?.generation);

describe('neverHit', () => {
  test('tells a rule whose counter is 0, with its generation, its days and its line', () => {
    const all = found([{ day: 1, rules: RULES }]);
    expect(all).toMatchObject([
      { id: 'FWL06', level: 'note', place: { chain: 'fw-INPUT', number: 1 }, origin: 'a.yaml:3', more: 0 },
    ]);
    expect(all.map(reasonText)).toEqual([
      'no packet has met it since generation 1, 59 days: its counter is 0, and no reset was seen',
    ]);
  });

  test('waits for the days', () => {
    expect(found([{ day: 31, rules: RULES }])).toEqual([]);
    expect(found([{ day: 31, rules: RULES }], undefined, { days: 29 })).toHaveLength(1);
  });

  test('says nothing of rules that no apply brought, that are told already, or whose counters are not known', () => {
    expect(found([])).toEqual([]);
    expect(found([{ day: 1, rules: ['-p icmp -j ACCEPT'] }])).toEqual([]);
    expect(found([{ day: 1, rules: RULES }], undefined, { told: [1] })).toEqual([]);
    expect(found([{ day: 1, rules: RULES }], '-A fw-INPUT -p tcp -j ACCEPT')).toEqual([]);
  });

  test('rules behind each other are one finding', () => {
    const live = '[0:0] -A fw-INPUT -p tcp -j ACCEPT\n[0:0] -A fw-INPUT -p udp -j ACCEPT';
    const all = found([{ day: 1, rules: RULES }], live);
    expect(all.map(({ more }) => more)).toEqual([1]);
    expect(all.map(reasonText)).toEqual([
      'no packet has met this rule or the one behind it since generation 1, 59 days: their counters are 0, and no reset was seen',
    ]);
  });

  test('counts from the apply that proved it in this boot and this namespace', () => {
    expect(since([{ day: 1, rules: RULES, boot: 'old' }])).toEqual([]);
    expect(since([{ day: 1, rules: RULES, cookie: 'b2' }])).toEqual([]);
    const again = { day: 9, rules: RULES, wrote: ['empty', 'd2'] } as const;
    expect(since([{ day: 1, rules: RULES, boot: 'old' }, again])).toEqual([2]);
  });

  test('an apply that found the table as the one before had left it has kept the counters', () => {
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES },
      ]),
    ).toEqual([1]);
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, wrote: 'nothing' },
      ]),
    ).toEqual([1]);
    expect(
      since([
        { day: 1, rules: ['-p icmp'] },
        { day: 9, rules: RULES },
      ]),
    ).toEqual([2]);
  });

  test('an apply that found another table may have made the rule anew', () => {
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, wrote: ['drifted', 'd2'] },
      ]),
    ).toEqual([2]);
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, wrote: 'no receipt' },
      ]),
    ).toEqual([2]);
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 40, rules: RULES, wrote: ['drifted', 'd2'] },
      ]),
    ).toEqual([]);
  });

  test('says nothing of a table in which a counter was set back', () => {
    const counted = (packets: string) => [['-p udp -j ACCEPT', packets]] as const;
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, counted: counted('7') },
      ]),
    ).toEqual([1]);
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, counted: counted('8') },
      ]),
    ).toEqual([]);
    const own = [['-p tcp -j ACCEPT', '1']] as const;
    expect(
      since([
        { day: 1, rules: RULES },
        { day: 9, rules: RULES, counted: own },
      ]),
    ).toEqual([]);
  });
});
