import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTable } from '../../src/core/diff/diff-table.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import { pinForeign } from '../../src/core/plan/pin-foreign.ts';
import { digestTable } from '../../src/core/rules/digest.ts';
import type { Backend, Chain, Rule, Table } from '../../src/core/rules/types.ts';
import { withCounters } from '../support/arbitrary-ruleset.ts';
import { compileText } from '../support/restore-text.ts';
import { simulate } from '../support/simulate.ts';

const SETTINGS = { seed: 20261124, numRuns: 80 };
const OURS: readonly string[] = ['fw-INPUT', 'fw-web', 'other-INPUT'];
const ownership = ownershipOf('filter', { kind: 'shared', owners: ['fw', 'other'] });

const foreignRule = fc
  .constantFrom(
    '-j DOCKER',
    '-j ACCEPT',
    '-s 10.0.0.1/32 -j DROP',
    '-m comment --comment "-j fw-INPUT" -j DROP',
    '-j LOG',
  )
  .map((text): Rule => ({ text }));
const ourJump = fc.constantFrom(...OURS).map((chain): Rule => ({ text: `-j ${chain}` }));
const ourRule = fc
  .constantFrom('-j ACCEPT', '-p tcp -m tcp --dport 22 -j ACCEPT', '-j LOG')
  .map((text): Rule => ({ text }));

/** The same foreign rules with our jumps strewn in at two different sets of places. */
const builtinPair = fc.array(foreignRule, { maxLength: 6 }).chain((foreign) => {
  const strewn = fc.array(fc.tuple(ourJump, fc.nat(foreign.length)), { maxLength: 4 });
  const place = (jumps: readonly (readonly [Rule, number])[]): readonly Rule[] =>
    Array.from({ length: foreign.length + 1 }, (_, at) => [
      ...jumps.filter(([, before]) => before === at).map(([jump]) => jump),
      ...foreign.slice(at, at + 1),
    ]).flat();
  return fc.tuple(strewn.map(place), strewn.map(place));
});
const ownLists = fc.tuple(...OURS.map(() => fc.array(ourRule, { maxLength: 5 })));
const policies = fc.tuple(fc.constantFrom('ACCEPT', 'DROP'), fc.constantFrom('ACCEPT', 'DROP'));

/** Two states of filter that differ only in what is ours. */
const sharedPair = fc
  .record({
    input: builtinPair,
    forward: builtinPair,
    docker: fc.array(ourRule),
    before: ownLists,
    after: ownLists,
    policies,
  })
  .map(({ input, forward, docker, before, after, policies: [from, to] }): readonly [Table, Table] => {
    const table = (side: 0 | 1, own: readonly (readonly Rule[])[], policy: string): Table => ({
      name: 'filter',
      chains: [
        { name: 'INPUT', policy: policy as 'ACCEPT', rules: input[side] },
        { name: 'FORWARD', policy: 'ACCEPT', rules: forward[side] },
        { name: 'OUTPUT', policy: 'ACCEPT', rules: [] },
        { name: 'DOCKER', rules: docker },
        ...OURS.map((name, index): Chain => ({ name, rules: own[index] ?? [] })),
      ],
    });
    return [table(0, before, from), table(1, after, to)];
  });

describe.each(['nft', 'legacy'] as const)('restore text for shared chains on %s', (backend) => {
  it('reaches the desired table', () => {
    fc.assert(
      fc.property(sharedPair, ([a, b]) => {
        const made = simulate(a, text(a, b, backend), { backend });
        expect(digestTable(made, 'filter')).toBe(digestTable(b, 'filter'));
        expect(texts(made)).toEqual(texts(b));
      }),
      SETTINGS,
    );
  });

  it('never names a foreign chain except to delete or insert a jump of ours, and deletes by text only', () => {
    fc.assert(
      fc.property(sharedPair, ([a, b]) => {
        for (const line of text(a, b, backend).split('\n').slice(1, -2)) {
          const [, command, chain = '', rest] = /^(?:\[\d+:\d+\] )?(:|-[A-Z] )(\S+) ?(.*)$/.exec(line) ?? [];
          if (ownership.ownsChain(chain)) continue;
          if (command === ':') expect(['INPUT', 'FORWARD']).toContain(chain);
          else expect(`${command}${rest}`).toMatch(/^-(A |D |I \d+ )-j (fw-INPUT|fw-web|other-INPUT)$/);
        }
      }),
      SETTINGS,
    );
  });

  it('keeps the counters of foreign rules, and moves those of our jumps along', () => {
    fc.assert(
      fc.property(sharedPair, ([plain, b]) => {
        const a = withCounters(plain);
        const result = simulate(a, text(a, b, backend), { backend });
        for (const [index, chain] of result.chains.slice(0, 4).entries()) {
          const old = a.chains[index]?.rules ?? [];
          expect(chain.rules.filter(isForeign)).toEqual(old.filter(isForeign));
          const counted = chain.rules.filter((rule) => !isForeign(rule) && rule.counters?.[0] !== '0');
          expect(old).toEqual(expect.arrayContaining(counted));
          expect(new Set(counted.map((rule) => rule.counters?.[0])).size).toBe(counted.length);
          for (const jump of OURS.map((name) => `-j ${name}`)) {
            const both = [old, chain.rules].map((rules) => rules.filter((rule) => rule.text === jump).length);
            expect(counted.filter((rule) => rule.text === jump)).toHaveLength(Math.min(...both));
          }
        }
      }),
      SETTINGS,
    );
  });

  it('does not depend on who asks for pinned foreign rules first', () => {
    fc.assert(
      fc.property(sharedPair, ([a, b]) => {
        const diff = pinForeign(diffTable('filter', a, b), ownership);
        expect(pinForeign(diff, ownership)).toEqual(diff);
        expect(compileText(diff, { backend, ownership, before: a })).toBe(text(a, b, backend));
      }),
      SETTINGS,
    );
  });
});

function text(a: Table, b: Table, backend: Backend): string {
  return compileText(diffTable('filter', a, b), { backend, ownership, before: a });
}

function texts(table: Table): unknown {
  const chains = table.chains.map(({ name, policy, rules }) => [name, policy, ...rules.map((rule) => rule.text)]);
  return chains.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function isForeign(rule: Rule): boolean {
  return !OURS.some((name) => rule.text === `-j ${name}`);
}
