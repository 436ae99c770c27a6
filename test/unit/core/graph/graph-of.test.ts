import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../src/core/graph/graph-of.ts';
import type { Chain, Table } from '../../../../src/core/rules/types.ts';

function table(chains: Readonly<Record<string, readonly string[]>>, packets?: string): Table {
  return {
    name: 'filter',
    chains: Object.entries(chains).map(([name, rules]): Chain => {
      const counters = packets === undefined ? {} : ({ counters: [packets, '84'] } as const);
      const policy = name === 'INPUT' ? { policy: 'DROP' as const } : {};
      return { name, ...policy, ...counters, rules: rules.map((text) => ({ text, ...counters })) };
    }),
  };
}

function draw(before: Table | undefined, after: Table | undefined) {
  return graphOf([
    { family: 'ipv4', table: 'filter', before, after, ownerOf: (chain) => (chain === 'web' ? 'fw' : undefined) },
  ]);
}

describe('the graph of a table', () => {
  test('has a jump for all rules of one chain that lead to another, with the sum of what they counted', () => {
    const live = table(
      { INPUT: ['-p tcp -j web', '-p udp -g web', '-j LOG', '-s 10.0.0.1 -j LOG', '-i lo'], web: [] },
      '7',
    );
    const { chains, jumps } = draw(live, live);
    expect(jumps).toEqual([
      {
        family: 'ipv4',
        table: 'filter',
        from: 'INPUT',
        to: 'web',
        goto: true,
        rules: 2,
        packets: '14',
        change: 'kept',
      },
    ]);
    expect(chains[0]).toMatchObject({ policy: 'DROP', packets: '7', owner: null, builtin: true, rules: 5 });
    expect(chains[0]?.verdicts).toEqual([
      { target: 'LOG', rules: 2, packets: '14' },
      { target: 'no target', rules: 1, packets: '7' },
    ]);
    expect(chains[1]).toMatchObject({ owner: 'fw', reachable: true, packets: null });
  });

  test('marks chains that jumps lead to from nowhere, also where they lead to each other', () => {
    const live = table({ INPUT: ['-j a'], a: ['-j b'], b: [], lost: ['-j also'], also: ['-j lost'] });
    const marked = draw(live, live).chains.filter(({ reachable }) => !reachable);
    expect(marked.map(({ chain, owner }) => [chain, owner])).toEqual([
      ['lost', 'foreign'],
      ['also', 'foreign'],
    ]);
  });

  test('of a plan has what comes and what goes; a chain whose last jump goes is unreachable', () => {
    const before = table({ INPUT: ['-j old'], old: ['-j DROP'], stays: [] });
    const after = table({ INPUT: ['-j web'], web: ['-j ACCEPT'], stays: [] });
    const { chains, jumps } = draw(before, after);
    expect(chains.map(({ chain, change }) => `${chain} ${change}`)).toEqual([
      'INPUT kept',
      'web new',
      'stays kept',
      'old gone',
    ]);
    expect(jumps.map(({ to, change }) => `${to} ${change}`)).toEqual(['web new', 'old gone']);
    expect(chains.find(({ chain }) => chain === 'old')?.reachable).toBe(false);
  });

  test('gives no sum where a counter is not known', () => {
    const live: Table = {
      name: 'filter',
      chains: [{ name: 'a', rules: [{ text: '-j DROP' }, { text: '-j DROP', counters: ['1', '2'] }] }],
    };
    expect(draw(live, live).chains[0]?.verdicts).toEqual([{ target: 'DROP', rules: 2, packets: null }]);
  });

  test('of a chain of 20,000 others is drawn without recursion', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`);
    const chains = Object.fromEntries([['INPUT', ['-j c0']], ...names.map((name, at) => [name, [`-j c${at + 1}`]])]);
    const live = table(chains);
    expect(draw(live, live).chains.every(({ reachable }) => reachable)).toBe(true);
  });
});

describe('what a plan does to a chain that stays', () => {
  const [web] = draw(
    table({ web: ['-s 10.0.0.1 -j DROP', '-j LOG', '-j LOG'] }),
    table({ web: ['-j LOG', '-s 10.0.0.2 -j DROP', '-s 10.0.0.3 -j DROP'] }),
  ).chains;

  test('is counted in rules, equal ones as often as they are there', () => {
    expect(web).toMatchObject({ change: 'kept', rules_added: 2, rules_removed: 2, reordered: false });
  });

  test('may be nothing but another order', () => {
    const [moved] = draw(table({ web: ['-j LOG', '-j DROP'] }), table({ web: ['-j DROP', '-j LOG'] })).chains;
    expect(moved).toMatchObject({ rules_added: 0, rules_removed: 0, reordered: true });
    const [same] = draw(table({ web: ['-j LOG'] }), table({ web: ['-j LOG'] })).chains;
    expect(same).toMatchObject({ rules_added: 0, rules_removed: 0, reordered: false, policy_before: null });
  });

  test('may be another policy', () => {
    const after: Table = { name: 'filter', chains: [{ name: 'INPUT', policy: 'ACCEPT', rules: [] }] };
    expect(draw(table({ INPUT: [] }), after).chains[0]).toMatchObject({ policy: 'ACCEPT', policy_before: 'DROP' });
  });
});
