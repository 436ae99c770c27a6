import { describe, expect, test } from 'vitest';
import { parseFlow } from '../../../../src/core/packets/flow/parse-flow.ts';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import { opensOnlyInside } from '../../../../src/core/packets/traffic/opens-only-inside.ts';
import type { Path } from '../../../../src/core/packets/types/traffic.ts';
import { firewallOf, pathOf, type Texts } from '../../../support/traffic.ts';

const KNOWN =
  ':INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const MARKED = { filter: ':INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -m connmark --mark 0x1 -j DROP' };
const PLAIN = { filter: ':INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -p udp -j DROP' };
const RESTORES = {
  mangle:
    '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff\n-A PREROUTING -m mark --mark 0x1 -j DROP',
};
const RESTORE_ONLY = { mangle: '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff' };
const SET = '-j CONNMARK --set-xmark 0x1/0xffffffff';
const SAVE = '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff';
const HELP = '-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp';
const MARK = '-j MARK --set-xmark 0x1/0xffffffff';
const ASKS_MARK = '-A INPUT -m mark --mark 0x1 -j DROP';
const ASKS_TTL = '-A INPUT -m ttl --ttl-lt 5 -j DROP';

function claimsOf(before: Texts, after: Texts, path: Path = 'INPUT') {
  return (['new', 'running'] as const).map((connections) => pathOf(before, after, { path, connections }).claim.kind);
}

const NOT_JUDGED = ['not-judged', 'not-judged'];
const EXACT = ['exact', 'exact'];

test.each<readonly [string, Texts, Texts]>([
  ['a mark, by what goes out', MARKED, { ...MARKED, mangle: `-A OUTPUT ${SET}` }],
  ['a mark, behind the rule that asks', MARKED, { filter: `${MARKED.filter}\n-A INPUT ${SET}` }],
  ['a mark that is restored', RESTORES, { ...RESTORES, filter: `-A OUTPUT ${SET}` }],
  [
    'a mark that an unchanged rule saves',
    { ...MARKED, mangle: `-A POSTROUTING ${SAVE}` },
    { ...MARKED, mangle: `-A OUTPUT ${MARK}\n-A POSTROUTING ${SAVE}` },
  ],
  [
    'no mark, as a rule before ends the table',
    { ...MARKED, mangle: `-A OUTPUT ${SET}` },
    { ...MARKED, mangle: `-A OUTPUT -p tcp -j ACCEPT\n-A OUTPUT ${SET}` },
  ],
  [
    'a mark of what came through lo, which a rule saves',
    { filter: `${MARKED.filter}\n-A INPUT ${SAVE}` },
    { filter: `${MARKED.filter}\n-A INPUT ${SAVE}`, mangle: `-A OUTPUT ${MARK}` },
  ],
  ['a zone', { filter: KNOWN }, { filter: KNOWN, raw: '-A PREROUTING -i eth0 -j CT --zone 7' }],
  ['a helper', { filter: KNOWN }, { filter: KNOWN, raw: HELP }],
  ['answers that are not tracked', { filter: KNOWN }, { filter: KNOWN, raw: '-A OUTPUT -j CT --notrack' }],
  [
    'answers that are tracked, as a rule before ends the table',
    { filter: KNOWN, raw: '-A OUTPUT -j CT --notrack' },
    { filter: KNOWN, raw: '-A OUTPUT -p udp -j ACCEPT\n-A OUTPUT -j CT --notrack' },
  ],
  ['a mark that comes back through lo', { filter: ASKS_MARK }, { filter: ASKS_MARK, mangle: `-A POSTROUTING ${MARK}` }],
  [
    'a mark by which it is routed to lo',
    { filter: ASKS_MARK },
    { filter: ASKS_MARK, mangle: `-A OUTPUT -o eth0 ${MARK}` },
  ],
  [
    'a TTL that comes back through lo',
    { filter: ASKS_TTL },
    { filter: ASKS_TTL, mangle: '-A OUTPUT -j TTL --ttl-set 3' },
  ],
])('no packet is judged where others leave something else for it: %s', (_, before, after) => {
  expect(claimsOf(before, after)).toEqual(NOT_JUDGED);
  expect(claimsOf(after, before)).toEqual(NOT_JUDGED);
});

test.each<readonly [string, Texts, Texts]>([
  ['nothing asks for marks', { filter: KNOWN }, { filter: KNOWN, mangle: `-A OUTPUT ${SET}` }],
  ['nothing asks conntrack', PLAIN, { ...PLAIN, raw: '-A OUTPUT -j CT --notrack' }],
  [
    'rules change, and marks do not',
    { filter: MARKED.filter, mangle: `-A POSTROUTING ${SAVE}` },
    { filter: `${MARKED.filter}\n-A OUTPUT -p tcp -j DROP`, mangle: `-A POSTROUTING ${SAVE}` },
  ],
  [
    'the same mark by another rule',
    { ...MARKED, mangle: `-A OUTPUT ${SET}` },
    { ...MARKED, mangle: `-A OUTPUT -p tcp ${SET}\n-A OUTPUT ! -p tcp ${SET}` },
  ],
  ['no rule that leaves a mark changes', { ...MARKED, mangle: `-A OUTPUT ${SET}` }, { mangle: `-A OUTPUT ${SET}` }],
  ['it does not go out by lo', { filter: ASKS_MARK }, { filter: ASKS_MARK, mangle: `-A POSTROUTING -o eth0 ${MARK}` }],
  [
    'what comes through lo is not asked',
    { filter: ASKS_MARK.replace('INPUT', 'INPUT -i eth+') },
    { filter: ASKS_MARK.replace('INPUT', 'INPUT -i eth+'), mangle: `-A OUTPUT ${MARK}` },
  ],
])('and is judged where they do not: %s', (_, before, after) => {
  expect(claimsOf(before, after)).toEqual(EXACT);
});

test('a packet that goes through meets no mark that another one left on its way out', () => {
  const filter = '-A FORWARD -m mark --mark 0x1 -j DROP';
  expect(claimsOf({ filter }, { filter, mangle: `-A OUTPUT ${MARK}` }, 'FORWARD')).toEqual(EXACT);
});

test('a mark that is restored, and by which nothing decides, is an effect', () => {
  const after = { mangle: `${RESTORE_ONLY.mangle}\n-A OUTPUT ${SET}` };
  const found = (['new', 'running'] as const).map((connections) => pathOf(RESTORE_ONLY, after, { connections }));
  expect(found.map(({ claim, noEffect }) => ({ claim: claim.kind, noEffect }))).toEqual([
    { claim: 'exact', noEffect: false },
    { claim: 'exact', noEffect: false },
  ]);
});

test('what a rule on the way takes out of conntrack is told, where it does not pass', () => {
  const after = { filter: KNOWN, raw: ':N - \n-A PREROUTING -j N\n-A N -p udp -j CT --notrack' };
  const { claim, regions } = pathOf({ filter: KNOWN }, after, { connections: 'running' });
  expect({ claim, effects: regions.map(({ effect }) => effect) }).toEqual({
    claim: { kind: 'exact' },
    effects: ['closed'],
  });
});

test('where it passes first packets are told, and what belonged to them before is not judged', () => {
  const filter = `${KNOWN}\n-A INPUT -p udp -j ACCEPT`;
  const after = { filter, raw: '-A PREROUTING -p udp -j CT --notrack' };
  expect(claimsOf({ filter }, after)).toEqual(['exact', 'not-judged']);
  expect(claimsOf({ filter }, after, 'OUTPUT')).toEqual(EXACT);
});

describe('what is approved unseen', () => {
  const raw = '-A OUTPUT -p udp -j CT --notrack';
  const [before, after] = [firewallOf({ filter: KNOWN, raw }), firewallOf({ filter: KNOWN })];

  test('does not take answers that pass now for inside of any flow', () => {
    const everything = parseFlow('any any -> any');
    if (!('flow' in everything)) throw new Error('no flow');
    const options = { nodes: 100_000 };
    expect(opensOnlyInside(before, after, [everything.flow], options)).toBe(false);
    const other = firewallOf({ filter: `${KNOWN}\n-A INPUT -p tcp -j ACCEPT` });
    expect(opensOnlyInside(firewallOf({ filter: KNOWN }), other, [everything.flow], options)).toBe(true);
  });

  test('counts what is opened by what others leave as not measured', () => {
    expect(measureOpened(before, after, { nodes: 100_000 }).kind).toBe('not-measured');
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
