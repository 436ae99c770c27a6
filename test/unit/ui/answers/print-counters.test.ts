import { expect, test } from 'vitest';
import type { OwnedRow, Owner } from '../../../../src/core/counters/types.ts';
import { printCounters, printSorted } from '../../../../src/ui/answers/print-counters.ts';
import { pageOf } from '../../../../src/ui/text/page.ts';
import { row } from '../../core/counters/rows.ts';

const page = pageOf({ width: 80, colour: false, unicode: true });
const edge: Owner = {
  kind: 'state',
  state: 'edge',
  generation: 3,
  isOldest: true,
  at: '',
  operator: '',
  commit: undefined,
  origin: 'state/a.yaml:7',
};

const rows: readonly OwnedRow[] = [
  { ...row('-p icmp -j ACCEPT', 1, { counters: ['12', '1008'] }), owner: { ...edge, state: '/etc/fw/state' } },
  { ...row('-j DOCKER-USER', 2), owner: { kind: 'program', program: 'Docker' } },
  { ...row('-j LOG', 3), owner: { kind: 'foreign' } },
  { ...row('policy ACCEPT', undefined, { counters: ['18446744073709551615', '7'] }), owner: { kind: 'kernel' } },
  {
    ...row('-p tcp -m tcp --dport 22 -m comment --comment "a long one" -j ACCEPT', 1, { chain: 'fw-web' }),
    owner: edge,
  },
];

test('counters in the order of packets, with who brought them, at 80 columns', () => {
  expect(printCounters({ rows, isKnown: true }, page).join('\n')).toBe(
    `
blue  ipv4 filter  (nft)
    #               packets  bytes
  INPUT
    1                    12   1008  -p icmp -j ACCEPT
                                      fw, generation 3 or earlier
                                      state/a.yaml:7
    2                     0      0  -j DOCKER-USER                        Docker
    3                     0      0  -j LOG                               foreign
    -  18446744073709551615      7  policy ACCEPT
  fw-web
    1                     0      0  -p tcp -m tcp --dport 22 -m comment --comment "a long one" -j ACCEPT
                                      fw edge, generation 3 or earlier
                                      state/a.yaml:7`.slice(1),
  );
});

test('a policy that may not be counted says so', () => {
  const one: OwnedRow = { ...row('policy ACCEPT', undefined, { isSure: false }), owner: { kind: 'kernel' } };
  expect(printCounters({ rows: [one], isKnown: true }, page).at(-1)).toMatch(/policy ACCEPT +none, or not counted$/);
});

test('counters in another order have their address, and the rule below', () => {
  expect(printSorted({ rows: rows.slice(1, 3), isKnown: true }, page)).toEqual([
    'packets  bytes  where',
    '      0      0  blue/ipv4/filter/INPUT#2                                  Docker',
    '                -j DOCKER-USER',
    '      0      0  blue/ipv4/filter/INPUT#3                                 foreign',
    '                -j LOG',
  ]);
});

test('where no apply is known nothing is called foreign', () => {
  expect(printCounters({ rows, isKnown: false }, page).join('\n')).not.toContain('foreign');
});

test('text of others moves no cursor', () => {
  const hostile = '\u001b[2J\u202e';
  const one: OwnedRow = {
    ...row(`-m comment --comment "${hostile}"`, 1, { chain: `x${hostile}`, namespace: `n${hostile}` }),
    owner: { ...edge, state: `s${hostile}`, origin: `o${hostile}` },
  };
  const shown = { rows: [one], isKnown: true };
  const text = [...printCounters(shown, page), ...printSorted(shown, page)].join('');
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u202e');
});
