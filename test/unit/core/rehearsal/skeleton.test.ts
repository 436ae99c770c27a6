import { describe, expect, test } from 'vitest';
import { fleshOut, makeSkeleton, skeletonFor } from '../../../../src/core/rehearsal/skeleton.ts';
import type { Edit } from '../../../../src/core/restore/edit.ts';
import type { Table } from '../../../../src/core/rules/types.ts';
import { EXTENSION_CASES } from '../../../support/extension-rules.ts';
import { saveText, tableOf } from '../../../support/table-of.ts';

const NONE: ReadonlySet<string> = new Set();

/** What the skeleton keeps of some rules in a chain beside a chain X. */
function kept(rules: readonly string[]): readonly string[] {
  const { table } = makeSkeleton(tableOf('filter', `:X -\n${rules.map((rule) => `-A A ${rule}`).join('\n')}`), NONE);
  return table.chains.find(({ name }) => name === 'A')?.rules.map(({ text }) => text) ?? [];
}

/** A chain of so many rules. */
function manyRules(chain: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `-A ${chain} -s 10.0.${at >> 8}.${at & 255}/32 -j DROP`).join('\n');
}

const edit = (chain: string): Edit => ({ kind: 'append', chain, text: '-j ACCEPT' });

describe('of a chain that nothing changes', () => {
  test.each([
    '-s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-p udp -m udp --dport 53 -m comment --comment "a b" -j DROP',
    '-m conntrack --ctstate NEW -m limit --limit 5/sec -j LOG --log-prefix "a: "',
    '-d 10.0.0.1/32',
    '-i eth0 -j RETURN',
  ])('%s is left out', (rule) => {
    expect(kept([rule])).toEqual([]);
  });

  test.each([
    '-m owner --uid-owner 0 -j ACCEPT',
    '-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
    '-m recent --set --name a --rsource -j X',
    '-m an-unknown-one -j ACCEPT',
    '-j AN_UNKNOWN_ONE',
    '-g AN_UNKNOWN_ONE',
    '-p tcp -m comment --comment "a -m owner" -j ACCEPT',
    '-p tcp -m comment --comment -m -m owner --uid-owner 0 -j ACCEPT',
    '-p tcp -m comment --comment -j -j MASQUERADE',
    '-p tcp -m comment --comment -g -j X',
    '-p tcp -m comment --comment "a -j X b" -j MASQUERADE',
    '-p tcp -m comment --comment "a -j ACCEPT b" -j X',
    '-j ACCEPT',
    '-j DROP',
    '-j RETURN',
    '-j QUEUE',
  ])('%s stays as it is', (rule) => {
    expect(kept([rule])).toEqual([rule]);
  });

  test('one jump and one goto stay for each chain that it calls, in their place', () => {
    expect(
      kept(['-p tcp -j X', '-j ACCEPT', '-p udp -j X', '-s 10.0.0.1/32 -g X', '-g X', '-m owner --uid-owner 0 -j X']),
    ).toEqual(['-j X', '-j ACCEPT', '-g X', '-m owner --uid-owner 0 -j X']);
  });

  test('a chain with the name of a target is not told from it', () => {
    const { table } = makeSkeleton(tableOf('filter', ':LOG -\n-A A -p tcp -j LOG\n-A A -p tcp -j LOG'), NONE);
    expect(table.chains.at(-1)?.rules).toHaveLength(2);
  });

  test('of an extension that is not said to work everywhere every rule stays', () => {
    const cases = EXTENSION_CASES.filter(
      (one) => 'target' in one && ['MASQUERADE', 'TPROXY', 'CT'].includes(one.target),
    );
    const rules = cases.flatMap(({ both = [] }) => both);
    expect(rules.length).toBeGreaterThan(5);
    expect(kept(rules)).toEqual(rules);
  });
});

test('chains that change are there whole, with counters, and every chain with its policy', () => {
  const table = tableOf(
    'filter',
    ':INPUT DROP [5:6]\n[1:2] -A INPUT -p tcp -j ACCEPT\n:A -\n[3:4] -A A -p tcp -j DROP',
  );
  expect(saveText(makeSkeleton(table, new Set(['A'])).table)).toBe(
    saveText(tableOf('filter', ':INPUT DROP [5:6]\n:A -\n[3:4] -A A -p tcp -j DROP')),
  );
});

describe('a change', () => {
  const large = tableOf('filter', `${manyRules('A', 200)}\n${manyRules('B', 200)}\n${manyRules('C', 10)}`);

  test('of a small table, or of most of a table, is rehearsed on the whole', () => {
    expect(skeletonFor(tableOf('filter', manyRules('A', 299)), [[edit('B')]])).toBe(undefined);
    expect(skeletonFor(large, [[edit('A'), edit('B')]])).toBe(undefined);
  });

  test('of a part is rehearsed on a skeleton, which a policy does not make larger', () => {
    const policy: Edit = { kind: 'policy', chain: 'INPUT', policy: 'DROP', counters: ['0', '0'] };
    expect(skeletonFor(large, [[edit('A')], [policy]])?.whole).toEqual(new Set(['A']));
  });
});

describe('the whole table of a skeleton', () => {
  const live = tableOf(
    'filter',
    ':INPUT ACCEPT [1:1]\n[7:8] -A INPUT -p tcp -j A\n[9:9] -A B -p udp -j A\n:A -\n-A A -j DROP',
  );
  const skeleton = makeSkeleton(live, new Set(['A', 'N']));
  const withoutChain = ({ chains, name }: Table, gone: string) => ({
    name,
    chains: chains.filter((chain) => chain.name !== gone),
  });

  test('has the changed chains and the policies of what was read, and the other rules of live', () => {
    const read = tableOf('filter', ':INPUT DROP [0:0]\n-A INPUT -j A\n-A B -j A\n:A -\n-A A -j RETURN\n-A N -j ACCEPT');
    const whole = fleshOut(read, skeleton, live);
    expect(whole && saveText(whole)).toBe(
      saveText(
        tableOf(
          'filter',
          ':INPUT DROP [0:0]\n[7:8] -A INPUT -p tcp -j A\n[9:9] -A B -p udp -j A\n:A -\n-A A -j RETURN\n-A N -j ACCEPT',
        ),
      ),
    );
  });

  test('is not told where a chain that nothing changed is another one, or gone', () => {
    const read = tableOf('filter', '-A INPUT -j A\n-A B -j A\n:A -\n-A A -j RETURN');
    expect(fleshOut(read, skeleton, live)).not.toBe(undefined);
    expect(fleshOut(tableOf('filter', '-A INPUT -j A\n-A B -g A\n:A -'), skeleton, live)).toBe(undefined);
    expect(fleshOut(withoutChain(read, 'B'), skeleton, live)).toBe(undefined);
    expect(fleshOut(withoutChain(read, 'A'), skeleton, live)).not.toBe(undefined);
  });
});
