import { describe, expect, test } from 'vitest';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import type { Firewall } from '../../../../src/core/packets/types/firewall.ts';
import { isNarrowChange, isOpenAlready } from '../../../../src/core/traffic/narrow-change.ts';
import { narrowlyChangedTexts, printedTexts, randomTexts } from '../../../support/random-firewall.ts';
import { tableOf } from '../../../support/table-of.ts';

const LEAST = 1 / 256;

function firewall(tables: Partial<Record<'raw' | 'mangle' | 'nat' | 'filter' | 'security', string>>): Firewall {
  const found = Object.entries(tables).map(([name, text]) => tableOf(name as 'filter', text));
  return { family: 'ipv4', backend: 'nft', tables: found, sets: [], settings: {} };
}

const FILTER = [
  ':INPUT DROP',
  ':FORWARD DROP',
  ':web -',
  '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A INPUT -p tcp -m tcp --dport 22 -j web',
  '-A INPUT -s 10.0.0.0/8 -j DROP',
  '-A web -s 192.0.2.1/32 -m comment --comment "its name is -j web now" -j ACCEPT',
];
const change = (edit: (lines: readonly string[]) => readonly string[], others: Parameters<typeof firewall>[0] = {}) =>
  [
    firewall({ ...others, filter: FILTER.join('\n') }),
    firewall({ ...others, filter: edit(FILTER).join('\n') }),
  ] as const;
const added = (rule: string) => change((lines) => [...lines, rule]);

describe('a change is narrow', () => {
  test.each([
    ['a host more', added('-A INPUT -s 192.0.2.9/32 -j ACCEPT')],
    ['a host less', change((lines) => lines.slice(0, -1))],
    ['a network with ports', added('-A web -s 198.51.0.0/16 -p tcp -m multiport --dports 80,443 -j ACCEPT')],
    ['a range', added('-A web -m iprange --src-range 192.0.2.1-192.0.2.9 -j ACCEPT')],
    ['a line of a log for everybody', added('-A INPUT -j LOG --log-prefix "drop "')],
    ['a chain that nothing calls', change((lines) => [...lines, ':new -', '-A new -s 192.0.2.9/32 -j DROP'])],
  ])('%s', (_, [before, after]) => {
    expect(isNarrowChange(before, after, LEAST)).toBe(true);
  });

  test.each([
    ['a wide network', added('-A INPUT -s 10.0.0.0/8 -m length --length 20 -j ACCEPT')],
    ['no source', added('-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT')],
    ['everything but a source', added('-A INPUT ! -s 192.0.2.9/32 -j ACCEPT')],
    [
      'many networks together',
      change((lines) => [...lines, ...[1, 2].map((n) => `-A INPUT -s 172.${n}0.0.0/9 -j ACCEPT`)]),
    ],
    ['a policy', change((lines) => lines.map((line) => line.replace(':INPUT DROP', ':INPUT ACCEPT')))],
    [
      'the order of others',
      change((lines) => [...lines.slice(0, 3), lines[5] ?? '', lines[3] ?? '', lines[4] ?? '', lines[6] ?? '']),
    ],
    ['a call', added('-A INPUT -s 192.0.2.9/32 -j web')],
    ['a wide rule that goes', change((lines) => lines.filter((line) => !line.includes('10.0.0.0/8')))],
    [
      'what is remembered',
      added('-A INPUT -s 192.0.2.9/32 -m recent --set --name x --mask 255.255.255.255 --rsource -j ACCEPT'),
    ],
    ['a set', added('-A INPUT -s 192.0.2.9/32 -m set --match-set x src -j ACCEPT')],
    ['a target that is not known', added('-A INPUT -s 192.0.2.9/32 -j NFQUEUE --queue-num 0')],
    [
      'the tracking of connections',
      [
        firewall({ filter: ':INPUT DROP' }),
        firewall({ filter: ':INPUT DROP\n-A INPUT -s 192.0.2.9/32 -m conntrack --ctstate NEW -j ACCEPT' }),
      ] as const,
    ],
    ['no table before', [firewall({}), firewall({ filter: ':INPUT DROP' })] as const],
  ])('not with %s', (_, [before, after]) => {
    expect(isNarrowChange(before, after, LEAST)).toBe(false);
  });

  test('not where another rule of filter leaves something, or another table changes', () => {
    const rule = '-A INPUT -s 192.0.2.9/32 -j ACCEPT';
    const marks = change((lines) => [...lines, rule]).map((side) => ({
      ...side,
      tables: side.tables.map((table) => ({
        ...table,
        chains: table.chains.map((chain) =>
          chain.name === 'web'
            ? { ...chain, rules: [...chain.rules, { text: '-j CONNMARK --set-xmark 0x1/0xffffffff' }] }
            : chain,
        ),
      })),
    }));
    expect(isNarrowChange(marks[0] as Firewall, marks[1] as Firewall, LEAST)).toBe(false);
    const [before] = added(rule);
    const after = firewall({
      filter: [...FILTER, rule].join('\n'),
      mangle: ':PREROUTING ACCEPT\n-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff',
    });
    expect(isNarrowChange(before, after, LEAST)).toBe(false);
  });
});

test('of random changes that are called narrow the evaluation tells nothing wide', () => {
  let seed = 12;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  let narrow = 0;
  for (let round = 0; round < 250; round += 1) {
    const texts = randomTexts(random, 'ipv4');
    const changed = {
      ...texts,
      filter: narrowlyChangedTexts(random, { filter: texts.filter ?? {} }, 'ipv4').filter ?? {},
    };
    const [before, after] = [texts, changed].map((one) => firewall(printedTexts(one))) as [Firewall, Firewall];
    if (!isNarrowChange(before, after, LEAST)) continue;
    narrow += 1;
    const opened = measureOpened(before, after, { nodes: 200_000 });
    if (opened.kind === 'measured') for (const { sources } of opened.shares) expect(sources).toBeLessThanOrEqual(LEAST);
  }
  expect(narrow).toBeGreaterThan(10);
});

describe('where every packet passes already', () => {
  const nothing = firewall({ filter: ':INPUT ACCEPT', mangle: ':PREROUTING ACCEPT' });
  const rules = firewall({ filter: FILTER.join('\n'), mangle: ':PREROUTING ACCEPT' });

  test.each([
    ['rules of filter come', nothing, rules],
    ['there was no table at all', firewall({}), firewall({ filter: FILTER.join('\n') })],
  ])('%s', (_, before, after) => {
    expect(isOpenAlready(before, after)).toBe(true);
    expect(measureOpened(before, after, { nodes: 200_000 })).toMatchObject({ kind: 'measured', shares: [] });
  });

  test.each([
    ['a policy that drops', firewall({ filter: ':INPUT DROP' }), rules],
    ['a rule', firewall({ filter: '-A INPUT -s 192.0.2.9/32 -j DROP' }), rules],
    ['a rule of another table', firewall({ raw: '-A PREROUTING -s 192.0.2.9/32 -j DROP' }), rules],
    [
      'a translation that comes',
      nothing,
      firewall({
        filter: ':INPUT ACCEPT',
        nat: '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5',
      }),
    ],
    ['a mark that comes', nothing, firewall({ filter: '-A INPUT -j CONNMARK --set-xmark 0x1/0xffffffff' })],
    ['a set that is filled', nothing, firewall({ filter: '-A INPUT -j SET --add-set x src' })],
    ['another setting', nothing, { ...rules, settings: { tcpLoose: true } }],
  ])('not with %s', (_, before, after) => {
    expect(isOpenAlready(before, after)).toBe(false);
  });
});
