import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTable } from '../../src/core/diff/diff-table.ts';
import { viewTable } from '../../src/core/diff/view.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import { shows } from '../../src/core/plan-file/prove-changes.ts';
import { digestTable } from '../../src/core/rules/digest.ts';
import type { Backend, Counters, Table, TableName } from '../../src/core/rules/types.ts';
import { arbitraryTable, withCounters } from '../support/arbitrary-ruleset.ts';
import { compileText } from '../support/restore-text.ts';
import { simulate } from '../support/simulate.ts';

const SETTINGS = { seed: 20261124, numRuns: 60 };
const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const TABLES: readonly TableName[] = ['filter', 'nat', 'mangle'];

const pairOf = (name: TableName, distinct = false) =>
  fc.tuple(arbitraryTable({ name, distinct }), arbitraryTable({ name, distinct }));

describe.each(BACKENDS)('restore text on %s', (backend) => {
  it.each(TABLES)('turns any %s table into any other', (name) => {
    fc.assert(
      fc.property(pairOf(name), ([a, b]) => {
        expect(texts(step(a, b, backend))).toEqual(texts(b));
      }),
      SETTINGS,
    );
  });

  it('turns a table that does not exist into any other, and any into a pristine one', () => {
    fc.assert(
      fc.property(arbitraryTable({ name: 'filter' }), (b) => {
        const made = simulate(undefined, compileStep(undefined, b, backend), { backend });
        expect(texts(made)).toEqual(texts(b));
        const cleared = simulate(b, compileStep(b, undefined, backend), { backend });
        expect(texts(cleared)).toEqual(texts(simulate(undefined, '*filter\nCOMMIT\n', { backend })));
      }),
      SETTINGS,
    );
  });

  it('leads from one table to the other and back', () => {
    fc.assert(
      fc.property(pairOf('filter'), ([a, b]) => {
        for (const [from, to] of [
          [a, b],
          [b, a],
        ] as const) {
          expect(digestTable(step(from, to, backend), 'filter')).toBe(digestTable(to, 'filter'));
        }
      }),
      SETTINGS,
    );
  });

  it('is shown by rows that a plan file may hold, with any number of unchanged rules around them', () => {
    fc.assert(
      fc.property(pairOf('filter'), fc.nat(3), ([a, b], context) => {
        const chains = viewTable(diffTable('filter', a, b), { context, originOf: () => undefined });
        expect(shows({ table: 'filter', chains, before: a, after: b })).toBe(true);
      }),
      SETTINGS,
    );
  });

  it('is empty exactly when nothing differs', () => {
    fc.assert(
      fc.property(pairOf('filter'), ([a, b]) => {
        expect(compileStep(a, a, backend)).toBe('');
        expect(compileStep(a, b, backend) === '').toBe(JSON.stringify(texts(a)) === JSON.stringify(texts(b)));
      }),
      SETTINGS,
    );
  });

  it('keeps the counters of every rule that stays or moves, and of every policy that stays', () => {
    fc.assert(
      fc.property(pairOf('filter'), ([plain, b]) => {
        const a = withCounters(plain);
        const result = step(a, b, backend);
        for (const { from, to } of chainPairs(a, result)) {
          const left = [...countersByText(to)];
          for (const [text, counters] of left) {
            const old = countersByText(from).get(text) ?? [];
            const nonZero = counters.filter((counter) => counter !== '0:0');
            expect(nonZero).toHaveLength(Math.min(old.length, counters.length));
            expect(new Set(nonZero).size).toBe(nonZero.length);
            expect(old).toEqual(expect.arrayContaining(nonZero));
          }
          if (from.policy !== undefined)
            expect(to.counters).toEqual(from.policy === to.policy ? from.counters : ['0', '0']);
        }
      }),
      SETTINGS,
    );
  });

  it('goes back to the first table with all its counters', () => {
    fc.assert(
      fc.property(pairOf('filter', true), ([plain, b]) => {
        const a = withCounters(plain);
        const there = step(a, b, backend);
        expect(step(there, a, backend)).toEqual(a);
      }),
      SETTINGS,
    );
  });

  it('goes back with all counters although it was written before they were known', () => {
    fc.assert(
      fc.property(pairOf('filter', true), ([plain, b]) => {
        const a = withCounters(plain);
        const planned = compileStep(withPolicyCounters(b, a), a, backend);
        expect(simulate(step(a, b, backend), planned, { backend })).toEqual(a);
      }),
      SETTINGS,
    );
  });

  it('has as many lines of deletes and inserts as the lists have rules outside the longest common subsequence', () => {
    fc.assert(
      fc.property(pairOf('filter'), ([a, b]) => {
        const lines = compileStep(a, b, backend).split('\n');
        for (const { from, to } of chainPairs(a, b)) {
          if (lines.includes(`-F ${from.name}`)) continue;
          const edits = lines.filter((line) => line.replace(/^\[\S+ /, '').match(/^-[ADI] (\S+)/)?.[1] === from.name);
          const kept = commonLength(textsOf(from), textsOf(to));
          expect(edits).toHaveLength(from.rules.length + to.rules.length - 2 * kept);
        }
      }),
      SETTINGS,
    );
  });

  it('has the same bytes for the same tables', () => {
    fc.assert(
      fc.property(pairOf('filter'), ([a, b]) => {
        expect(compileStep(structuredClone(a), structuredClone(b), backend)).toBe(compileStep(a, b, backend));
      }),
      SETTINGS,
    );
  });
});

function compileStep(a: Table | undefined, b: Table | undefined, backend: Backend): string {
  const name = a?.name ?? b?.name ?? 'filter';
  return compileText(diffTable(name, a, b), {
    backend,
    ownership: ownershipOf(name, { kind: 'exclusive', keep: [] }),
    before: a,
  });
}

function step(a: Table, b: Table, backend: Backend): Table {
  return simulate(a, compileStep(a, b, backend), { backend });
}

function texts(table: Table): unknown {
  return table.chains.map((chain) => [chain.name, chain.policy, ...textsOf(chain)]);
}

function textsOf(chain: Table['chains'][number]): readonly string[] {
  return chain.rules.map((rule) => rule.text);
}

/** Chains that both tables have. */
function chainPairs(a: Table, b: Table) {
  return a.chains.flatMap((from) => {
    const to = b.chains.find((chain) => chain.name === from.name);
    return to === undefined ? [] : [{ from, to }];
  });
}

function countersByText(chain: Table['chains'][number]): ReadonlyMap<string, readonly string[]> {
  const counters = new Map<string, string[]>();
  for (const rule of chain.rules) {
    const known = counters.get(rule.text) ?? [];
    counters.set(rule.text, known);
    known.push(rule.counters?.join(':') ?? '0:0');
  }
  return counters;
}

/** What a planner knows about the table after the step: policies that stay keep their counters, rules are not counted. */
function withPolicyCounters(b: Table, a: Table): Table {
  const chains = b.chains.map((chain) => {
    const old = a.chains.find(({ name }) => name === chain.name);
    const counters: Counters | undefined = old?.policy === chain.policy ? old?.counters : undefined;
    return counters === undefined ? chain : { ...chain, counters };
  });
  return { ...b, chains };
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let above: number[] = b.map(() => 0);
  for (const text of a) {
    const row: number[] = [];
    b.forEach((other, j) => {
      row.push(text === other ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0));
    });
    above = row;
  }
  return above.at(-1) ?? 0;
}
