import { withoutComments } from '../rule-text/without-comments.ts';
import type { Counters, Family, TableName } from '../rules/types.ts';
import { type Baseline, POLICY } from './baseline.ts';
import type { Difference, GoneCounter } from './differences.ts';
import { type RuleIds, ruleName } from './rule-names.ts';
import type { CounterRow } from './types.ts';

/** What rules of one name in one chain have counted since fw first looked, or the policy of a chain. It never goes down. */
export type Total = {
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** See `ruleName`; null for the policy. */
  readonly rule: string | null;
  readonly counters: Counters;
  /** When it had a counter last: UTC, ISO 8601. */
  readonly at: string;
};

/** A counter that went, and when that was seen. It may come back with what it had counted, as a roll-back brings it. */
export type Remembered = GoneCounter & { readonly at: string };

export type Totals = {
  readonly version: 1;
  readonly baseline: Baseline;
  readonly totals: readonly Total[];
  readonly gone: readonly Remembered[];
};

/** When it is looked, and since when totals and counters that went are remembered: UTC, ISO 8601. */
type Moment = { readonly at: string; readonly since: string };

/** What was found since the baseline of the totals. */
type Found = {
  readonly rows: readonly Difference<CounterRow>[];
  readonly gone: readonly GoneCounter[];
  readonly namespaces: readonly { readonly namespace: string; readonly why: string | undefined }[];
  readonly baseline: Baseline;
};

/**
 * Adds what was counted to the totals. A counter that is told for the first time is counted whole, but for one that was there before: a rule that came back (a roll-back brings
 * rules with their counters), and a rule of which only the comment changes, which keeps its counter on most kernels.
 */
export function addToTotals(before: Totals | undefined, found: Found, ids: RuleIds, { at, since }: Moment): Totals {
  const anew = new Set(found.namespaces.flatMap(({ namespace, why }) => (why === undefined ? [] : [namespace])));
  const isRecent = (one: { readonly at: string }) => one.at >= since;
  const left = new Set<Remembered>([
    ...(before?.gone ?? []).filter((one) => isRecent(one) && !anew.has(one.namespace)),
    ...found.gone.map((one) => ({ ...one, at })),
  ]);
  const back = cameBack(found.rows, left);
  const totals = new Map((before?.totals ?? []).filter(isRecent).map((one) => [totalKey(one), one]));
  for (const row of found.rows) {
    const one = totalOf(row, ids, at);
    const known = totals.get(totalKey(one))?.counters ?? NONE;
    totals.set(totalKey(one), { ...one, counters: sum(known, grown(row.whole, row.was ?? back.get(row)?.counters)) });
  }
  return { version: 1, baseline: found.baseline, totals: [...totals.values()], gone: [...left] };
}

const NONE: Counters = ['0', '0'];

/** The total to which a counter belongs, without what it has so far. */
export function totalOf(row: CounterRow, ids: RuleIds, at: string): Total {
  const { namespace, family, table, chain, position } = row;
  const rule = position === undefined ? null : ruleName(row, ids);
  return { namespace, family, table, chain, rule, counters: NONE, at };
}

export function totalKey({ namespace, family, table, chain, rule }: Omit<Total, 'counters' | 'at'>): string {
  return JSON.stringify([namespace, family, table, chain, rule]);
}

/**
 * What a counter counted. One that went down to less than half was made anew or zeroed, and counted all that it has. One that went down less was set back to what it had a moment
 * ago, as a roll-back and a commit of the legacy backend do: what it has was counted already.
 */
function grown(now: Counters, was: Counters | undefined): Counters {
  if (was === undefined) return now;
  const [packets, bytes] = [BigInt(now[0]) - BigInt(was[0]), BigInt(now[1]) - BigInt(was[1])];
  if (packets >= 0n && bytes >= 0n) return [String(packets), String(bytes)];
  return 2n * BigInt(now[0]) < BigInt(was[0]) || now[0] === '0' ? now : NONE;
}

function sum(one: Counters, other: Counters): Counters {
  return [String(BigInt(one[0]) + BigInt(other[0])), String(BigInt(one[1]) + BigInt(other[1]))];
}

/** The new rows that are counters which went, and takes these out of `left`. The same text comes first: with another comment a rule must not take what belongs to one with its own. */
function cameBack(rows: Found['rows'], left: Set<Remembered>): ReadonlyMap<CounterRow, Remembered> {
  const back = new Map<CounterRow, Remembered>();
  for (const keyOf of [(text: string) => text, withoutComments]) {
    const there = new Map<string, Remembered[]>();
    for (const one of left) {
      const key = placeKey(one, keyOf(one.text));
      there.set(key, [...(there.get(key) ?? []), one]);
    }
    for (const row of rows) {
      if (row.change !== 'new' || back.has(row)) continue;
      const one = there.get(placeKey(row, keyOf(row.position === undefined ? POLICY : row.text)))?.shift();
      if (one === undefined) continue;
      back.set(row, one);
      left.delete(one);
    }
  }
  return back;
}

function placeKey({ namespace, family, table, chain }: Omit<GoneCounter, 'text' | 'counters'>, text: string): string {
  return JSON.stringify([namespace, family, table, chain, text]);
}
