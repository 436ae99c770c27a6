import { expect, test } from 'vitest';
import { pathOf, type Texts } from '../../../support/traffic.ts';

const KNOWN =
  ':INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const MARKED = { filter: ':INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -m connmark --mark 0x1 -j DROP' };
const PLAIN = { filter: ':INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -p udp -j DROP' };
const RESTORES = {
  mangle:
    '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff\n-A PREROUTING -m mark --mark 0x1 -j DROP',
};
const SET = '-j CONNMARK --set-xmark 0x1/0xffffffff';
const HELP = '-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp';

test.each<readonly [string, Texts, Texts]>([
  ['a mark, by what goes out', MARKED, { ...MARKED, mangle: `-A OUTPUT ${SET}` }],
  ['a mark, behind the rule that asks', MARKED, { filter: `${MARKED.filter}\n-A INPUT ${SET}` }],
  ['a mark that is restored', RESTORES, { ...RESTORES, filter: `-A OUTPUT ${SET}` }],
  ['a zone', { filter: KNOWN }, { filter: KNOWN, raw: '-A PREROUTING -i eth0 -j CT --zone 7' }],
  ['a helper', { filter: KNOWN }, { filter: KNOWN, raw: HELP }],
  ['answers that are not tracked', { filter: KNOWN }, { filter: KNOWN, raw: '-A OUTPUT -j CT --notrack' }],
])('a running connection is not judged where other packets leave something else on it: %s', (_, before, after) => {
  for (const [from, to] of [
    [before, after],
    [after, before],
  ] as const) {
    expect(pathOf(from, to, { connections: 'running' }).claim.kind).toBe('not-judged');
    expect(pathOf(from, to, { connections: 'new' }).claim.kind).toBe('exact');
  }
});

test.each<readonly [string, Texts, Texts]>([
  ['nothing asks for marks', { filter: KNOWN }, { filter: KNOWN, mangle: `-A OUTPUT ${SET}` }],
  ['nothing asks conntrack', PLAIN, { ...PLAIN, raw: '-A OUTPUT -j CT --notrack' }],
  ['no such rule changes', { ...MARKED, mangle: `-A OUTPUT ${SET}` }, { mangle: `-A OUTPUT ${SET}` }],
])('and is judged where they do not: %s', (_, before, after) => {
  expect(pathOf(before, after, { connections: 'running' }).claim.kind).toBe('exact');
});

test('what a rule on the way takes out of conntrack is told', () => {
  const after = { filter: KNOWN, raw: ':N - \n-A PREROUTING -j N\n-A N -p udp -j CT --notrack' };
  const { claim, regions } = pathOf({ filter: KNOWN }, after, { connections: 'running' });
  expect({ claim, effects: regions.map(({ effect }) => effect) }).toEqual({
    claim: { kind: 'exact' },
    effects: ['closed'],
  });
});

test.each([
  ['-A PREROUTING -j DNAT --to-destination 10.0.0.5-10.0.0.9', '--persistent'],
  ['-A POSTROUTING -j MASQUERADE', '--random'],
  ['-A POSTROUTING -j SNAT --to-source 10.0.0.5', '--random-fully'],
])('how the kernel picks among several is an effect: %s', (rule, option) => {
  const { claim, regions, noEffect } = pathOf({ nat: rule }, { nat: `${rule} ${option}` }, { path: 'FORWARD' });
  expect({ claim, regions, noEffect }).toEqual({ claim: { kind: 'exact' }, regions: [], noEffect: false });
});
