import { expect, test } from 'vitest';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import type { KnownSet } from '../../../../src/core/packets/types/firewall.ts';
import { firewallOf, pathOf, type Texts } from '../../../support/traffic.ts';

const POLICIES = ':INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n';
const filter = (...rules: readonly string[]): Texts => ({ filter: `${POLICIES}${rules.join('\n')}` });
const ASKS = '-A INPUT -m recent --rcheck --seconds 60 --name ssh --rsource -j ACCEPT';
const WRITES = '-m recent --set --name ssh --rsource';
const IN_SET = '-A INPUT -m set --match-set let src -j ACCEPT';
const FILLS = '-j SET --add-set let src';
const RATE = '-A INPUT -m rateest --rateest in --rateest-lt --rateest-bps 1Mbit -j ACCEPT';
const MEASURES = '-j RATEEST --rateest-name in --rateest-interval 250ms --rateest-ewmalog 500ms';
const LABELLED = '-A INPUT -m connlabel --label "1" -j ACCEPT';
const LABELS = '-p tcp -m connlabel --label "1" --set';
const COUNTED = '-A INPUT -m set --match-set c src ! --update-counters --packets-gt 5 -j ACCEPT';
const OVER_QUOTA = '-A INPUT -m nfacct --nfacct-name q -j ACCEPT';
const BUCKETS = '-m hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name all';
const LETS = `-A INPUT -p tcp ${BUCKETS} -j ACCEPT`;
const set = (name: string, type: string, entries: readonly string[]): KnownSet => ({
  name,
  header: type,
  entries,
  changes: false,
});
const COUNTING: KnownSet = { ...set('c', 'hash:net family inet counters', ['0.0.0.0/1', '128.0.0.0/1']) };
const LIST = [set('all', 'list:set size 8', ['let']), set('let', 'hash:ip family inet', ['192.0.2.1'])];
const IN_LIST = '-A INPUT -m set --match-set all src -j ACCEPT';

test.each<readonly [string, Texts, Texts]>([
  ['a list of recent', filter(ASKS), filter(`-A INPUT ${WRITES}`, ASKS)],
  ['a list of recent, on another path', filter(ASKS), filter(`-A FORWARD ${WRITES}`, ASKS)],
  ['a set', filter(IN_SET), filter(`-A INPUT ${FILLS}`, IN_SET)],
  ['a set, in another table', filter(IN_SET), { ...filter(IN_SET), mangle: `-A PREROUTING ${FILLS}` }],
  ['a member of a list', { ...filter(IN_LIST), sets: LIST }, { ...filter(`-A INPUT ${FILLS}`, IN_LIST), sets: LIST }],
  ['a rate', filter(RATE), filter(`-A INPUT ${MEASURES}`, RATE)],
  ['a label of connections', filter(LABELLED), { ...filter(LABELLED), mangle: `-A PREROUTING ${LABELS}` }],
  ['a label of connections, from this host', filter(LABELLED), { ...filter(LABELLED), mangle: `-A OUTPUT ${LABELS}` }],
  [
    'counters of a set',
    { ...filter(COUNTED), sets: [COUNTING] },
    { ...filter(COUNTED), mangle: '-A PREROUTING -m set --match-set c src', sets: [COUNTING] },
  ],
  ['an accounting object', filter(OVER_QUOTA), filter('-A FORWARD -m nfacct --nfacct-name q', OVER_QUOTA)],
  ['buckets', filter(LETS), filter(`-A INPUT -p udp ${BUCKETS}`, LETS)],
  [
    'a list, over a chain',
    filter(':W - ', `-A W ${WRITES}`, ASKS),
    filter(':W - ', '-A INPUT -j W', `-A W ${WRITES}`, ASKS),
  ],
])('a rule that reads what other rules write changes with those: %s', (_, before, after) => {
  for (const [from, to] of [
    [before, after],
    [after, before],
  ] as const) {
    const { claim, regions } = pathOf(from, to);
    expect(claim).toEqual({ kind: 'exact' });
    expect(new Set(regions.map(({ effect }) => effect))).toEqual(new Set(['opened', 'closed']));
    const measured = measureOpened(firewallOf(from), firewallOf(to), { nodes: 1_000_000 });
    if (measured.kind !== 'measured') throw new Error(measured.because);
    expect(Math.max(...measured.shares.map(({ sources }) => sources))).toBe(1);
  }
});

test.each(['--return-nomatch', '! --update-counters', '--packets-gt 3', '! --update-subcounters --bytes-lt 9'])(
  'a rule that asks more of a set changes with what that holds: %s',
  (option) => {
    const rule = filter(`-A INPUT -m set --match-set let src ${option} -j ACCEPT`);
    const holding = (entry: string): Texts => ({
      ...rule,
      sets: [set('let', 'hash:net family inet counters', [entry])],
    });
    const [few, half] = [holding('192.0.2.1'), holding('0.0.0.0/1')];
    expect(pathOf(few, few).regions).toEqual([]);
    expect(pathOf(few, half).regions.map(({ effect }) => effect)).toContain('opened');
    const measured = measureOpened(firewallOf(few), firewallOf(half), { nodes: 1_000_000 });
    expect(measured).toMatchObject({ shares: expect.arrayContaining([expect.objectContaining({ sources: 1 })]) });
  },
);

test('writers of another memory, and those that stay, change nothing', () => {
  const other = '-A INPUT -m recent --set --name web --rsource';
  expect(pathOf(filter(`-A INPUT ${WRITES}`, ASKS), filter(`-A INPUT ${WRITES}`, other, ASKS)).regions).toEqual([]);
});

test('an answer before the change is told from the one behind it', () => {
  const { regions } = pathOf(filter(ASKS), filter(ASKS, `-A FORWARD ${WRITES}`));
  const [first] = regions.flatMap(({ flows }) => flows);
  const question = 'recent --rcheck --seconds 60 --name ssh --rsource of filter INPUT 1';
  expect(new Set(first?.where)).toEqual(
    new Set([`${question} before the change does not match`, `${question} matches`]),
  );
});

test('what went to a program and passes without it is opened', () => {
  const before = firewallOf(filter('-A INPUT -j NFQUEUE --queue-num 1'));
  const measured = measureOpened(before, firewallOf(filter('-A INPUT -j ACCEPT')), { nodes: 1_000_000 });
  expect(measured).toMatchObject({
    kind: 'measured',
    shares: expect.arrayContaining([expect.objectContaining({ sources: 1 })]),
  });
});

test('nothing is said of packets that may get the mark of a socket', () => {
  const asks = filter('-A INPUT -m mark --mark 0x1 -j ACCEPT');
  const { claim } = pathOf(asks, { ...asks, mangle: '-A PREROUTING -p tcp -m socket --restore-skmark' });
  expect(claim).toMatchObject({ kind: 'not-judged' });
});
