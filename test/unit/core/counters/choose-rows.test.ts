import { describe, expect, test } from 'vitest';
import { isNamed, isWanted, type RowFilter, sortRows } from '../../../../src/core/counters/choose-rows.ts';
import { listRows } from '../../../../src/core/counters/list-rows.ts';
import type { OwnedRow } from '../../../../src/core/counters/types.ts';
import { parseSave } from '../../../../src/core/restore/parse-save.ts';
import { foreign, row } from './rows.ts';

const ALL: RowFilter = { families: [], tables: [], chains: [], dropping: false };

test('every rule and every policy is a row, the policy behind the rules of its chain', () => {
  const { ruleset } = parseSave(
    '*filter\n:INPUT DROP [7:70]\n:web - [0:0]\n[1:10] -A INPUT -j web\n[2:20] -A web -j ACCEPT\n[3:30] -A web -j ACCEPT\nCOMMIT\n',
    'ipv4',
  );
  const ipv6 = { family: 'ipv6', tables: [] } as const;
  const rows = listRows([{ namespace: { kind: 'host' }, backend: 'legacy', rulesets: { ipv4: ruleset, ipv6 } }]);
  expect(rows.map(({ chain, position, text, counters }) => [chain, position, text, ...counters])).toEqual([
    ['INPUT', 1, '-j web', '1', '10'],
    ['INPUT', undefined, 'policy DROP', '7', '70'],
    ['web', 1, '-j ACCEPT', '2', '20'],
    ['web', 2, '-j ACCEPT', '3', '30'],
  ]);
  expect(rows[0]).toMatchObject({ namespace: 'host', backend: 'legacy', family: 'ipv4', table: 'filter' });
});

describe('dropping', () => {
  const isDropping = (text: string) =>
    isWanted(foreign(row(text, text.startsWith('policy') ? undefined : 1)), { ...ALL, dropping: true });

  test.each([
    ['-j DROP', true],
    ['-p tcp -j REJECT --reject-with tcp-reset', true],
    ['-j ACCEPT', false],
    ['-j DROPPED', false],
    ['-m comment --comment "-j DROP" -j ACCEPT', false],
    ['-s 192.0.2.1/32', false],
    ['policy DROP', true],
    ['policy ACCEPT', false],
  ])('%s: %s', (text, drops) => expect(isDropping(text)).toBe(drops));
});

test.each([
  ['nft', '0', false],
  ['nft', '1', true],
  ['legacy', '0', true],
] as const)('whether a policy of %s with %s packets is sure to be counted: %s', (backend, packets, isSure) => {
  const { ruleset } = parseSave(`*filter\n:INPUT DROP [${packets}:0]\nCOMMIT\n`, 'ipv4');
  const ipv6 = { family: 'ipv6', tables: [] } as const;
  const rows = listRows([{ namespace: { kind: 'host' }, backend, rulesets: { ipv4: ruleset, ipv6 } }]);
  expect(rows.map((one) => one.isSure)).toEqual([isSure]);
});

test.each([
  ['INPUT', 'INPUT', true],
  ['fw-INPUT', 'INPUT', true],
  ['DOCKER-INPUT', 'INPUT', false],
  ['INPUT', 'fw-INPUT', false],
  ['fw-web', 'w*', true],
  ['neutron-l3-agent-INPUT', 'INPUT', false],
  ['web', 'we', false],
])('chain %s is called %s: %s', (chain, glob, named) => expect(isNamed(chain, glob)).toBe(named));

test('families, tables and chains are taken together', () => {
  const one = foreign(row('-j DROP', 1, { family: 'ipv6', table: 'raw', chain: 'PREROUTING' }));
  const wants = (filter: Partial<RowFilter>) => isWanted(one, { ...ALL, ...filter });
  expect(wants({ families: ['ipv6'], tables: ['raw', 'nat'], chains: ['PRE*'] })).toBe(true);
  expect(wants({ families: ['ipv4'] })).toBe(false);
  expect(wants({ tables: ['nat'] })).toBe(false);
  expect(wants({ chains: ['OUTPUT'] })).toBe(false);
});

test('since a generation is what that one or a later one brought, and nothing foreign', () => {
  const since = (owner: OwnedRow['owner']) => isWanted({ ...row('-j DROP', 1), owner }, { ...ALL, since: 3 });
  const brought = { at: '', operator: '', commit: undefined, origin: undefined };
  expect(since({ kind: 'state', state: 'edge', generation: 3, ...brought })).toBe(true);
  expect(since({ kind: 'state', state: 'edge', generation: 2, ...brought })).toBe(false);
  expect(since({ kind: 'foreign' })).toBe(false);
});

test('most comes first by number and not by text, beyond what a number of JavaScript holds, and equal ones stay in order', () => {
  const counters: readonly (readonly [string, string])[] = [
    ['9', '1'],
    ['18446744073709551614', '2'],
    ['18446744073709551615', '2'],
    ['10', '3'],
    ['9', '4'],
  ];
  const rows = counters.map((pair, index) => row('-j DROP', index + 1, { counters: pair }));
  const order = (by: 'position' | 'packets' | 'bytes') => sortRows(rows, by).map(({ position }) => position);
  expect(order('position')).toEqual([1, 2, 3, 4, 5]);
  expect(order('packets')).toEqual([3, 2, 4, 1, 5]);
  expect(order('bytes')).toEqual([5, 4, 2, 3, 1]);
});
