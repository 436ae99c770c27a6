import { describe, expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import type { Finding } from '../../../../src/core/guards/finding.ts';
import { setKey } from '../../../../src/core/guards/set-key.ts';
import type { GuardFacts } from '../../../../src/core/guards/types.ts';
import { parseSshConnection } from '../../../../src/core/packets/ssh-connection.ts';
import { compileSet } from '../../../../src/core/sets/compile-set.ts';
import { linesOf } from '../../../../src/core/sets/ipset/lines.ts';
import type { SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { tableOf } from '../../../support/table-of.ts';

const HOST = { kind: 'host' } as const;
const SSH = '198.51.100.7 50514 203.0.113.5 22';
const NET = 'hash:net family inet maxelem 65536';
const ONLY_MGMT =
  ':INPUT DROP\n-A INPUT -m set --match-set fw-mgmt src -j ACCEPT\n-A INPUT -m set --match-set fw-all src -j DROP';

type Change = {
  readonly set?: string;
  readonly declared?: string;
  readonly header?: string;
  readonly to?: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly lists?: readonly string[];
};

function stepOf({
  set = 'fw-mgmt',
  declared = 'mgmt',
  header = NET,
  to = header,
  before,
  after,
  lists,
}: Change): SetStep {
  const step = compileSet(
    HOST,
    {
      name: set,
      live: { name: set, header, references: 1, entries: linesOf(before), passing: [] },
      desired: {
        declared,
        header: to,
        isManaged: true,
        added: after.filter((entry) => !before.includes(entry)),
        removed: before.filter((entry) => !after.includes(entry)),
        kept: before.flatMap((entry, at) => (after.includes(entry) ? [at] : [])),
      },
    },
    undefined,
  );
  if (step === undefined) throw new Error('nothing changes');
  return lists === undefined ? step : { ...step, lists };
}

function check(change: Change, rules: string, more: Partial<GuardFacts> = {}): readonly Finding[] {
  const plan = { version: 1, namespaces: [], steps: [stepOf(change)], foreign: [] } as const;
  const standing = [{ namespace: HOST, family: 'ipv4', table: tableOf('filter', rules) } as const];
  return checkGuards(plan, { standing, emptyDesired: [], ...more });
}

function lockout(change: Change, rules = ONLY_MGMT, connection = SSH): readonly Finding[] {
  const ssh = parseSshConnection(connection);
  if (ssh === undefined) throw new Error(`not a connection: ${connection}`);
  return check(change, rules, { ssh }).filter(({ id }) => id === 'FWG02');
}

describe('FWG02, a set on the way of the SSH connection', () => {
  test('an entry that holds the client goes, and no rule changes', () => {
    const [finding, ...more] = lockout({ before: ['198.51.100.0/24', '10.0.0.0/8'], after: ['10.0.0.0/8'] });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ table: 'filter', chain: 'INPUT', families: ['ipv4'], flag: '--allow-lockout' });
    expect(finding?.evidence.slice(0, 4)).toEqual([
      'SSH from 198.51.100.7 port 50514 to 203.0.113.5 port 22',
      'a new connection: may be dropped by INPUT rule 2: -m set --match-set fw-all src -j DROP, may be accepted by INPUT rule 1: -m set --match-set fw-mgmt src -j ACCEPT',
      '  before: not judged, INPUT rule 1: -m set --match-set fw-mgmt src -j ACCEPT',
      '  set fw-mgmt: -198.51.100.0/24',
    ]);
  });

  test.each<[string, Change, string?, string?]>([
    ['a range around the client comes into a list of drops', { before: ['10.0.0.0/8'], after: ['198.0.0.0/8'] }],
    ['an exception comes', { before: ['198.51.100.0/24'], after: ['198.51.100.0/24', '198.51.100.7 nomatch'] }],
    ['a list holds the set', { set: 'fw-one', before: ['198.51.100.7'], after: ['10.0.0.1'], lists: ['fw-mgmt'] }],
    [
      'the whole set is made anew',
      { to: `${NET} counters`, before: ['198.51.100.7'], after: ['10.0.0.1', '10.0.0.2'] },
    ],
    ['addresses are cut in another way', { to: `${NET} netmask 24`, before: ['10.0.0.1'], after: ['10.0.0.1'] }],
    [
      'a port of the connection',
      { header: 'bitmap:port range 0-100', before: ['22', '80'], after: ['80'] },
      ':INPUT DROP\n-A INPUT -m set --match-set fw-mgmt dst -j ACCEPT',
    ],
    [
      'an address and a port',
      { header: 'hash:ip,port family inet maxelem 65536', before: ['198.51.100.7,tcp:22'], after: ['10.0.0.1,tcp:22'] },
      ':INPUT DROP\n-A INPUT -m set --match-set fw-mgmt src,dst -j ACCEPT',
    ],
    [
      'a rule that asks for what is not in it',
      { before: ['10.0.0.0/8'], after: ['198.51.100.7'] },
      ':INPUT DROP\n-A INPUT -m set ! --match-set fw-mgmt src -j ACCEPT',
    ],
    [
      'a type that cannot be judged',
      { header: 'hash:mac maxelem 65536', before: ['00:11:22:33:44:55'], after: ['00:11:22:33:44:66'] },
    ],
  ])('closes: %s', (_, change, rules, connection) => {
    expect(lockout(change, rules, connection)).toHaveLength(1);
  });

  test.each<[string, Change, string?]>([
    [
      'entries of others come and go',
      { before: ['198.51.100.0/24', '10.0.0.0/8'], after: ['198.51.100.0/24', '11.0.0.0/8'] },
    ],
    ['only a comment changes', { before: ['198.51.100.7 comment "a"'], after: ['198.51.100.7 comment "b"'] }],
    [
      'a rule before it accepts for sure',
      { before: ['198.51.100.7'], after: ['10.0.0.1'] },
      `:INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -m set --match-set fw-mgmt src -j ACCEPT`,
    ],
    [
      'the rule is for other packets',
      { before: ['198.51.100.7'], after: ['10.0.0.1'] },
      '-A INPUT -p tcp -m tcp --dport 23 -m set --match-set fw-mgmt src -j DROP',
    ],
    ['no rule of the host names it', { set: 'fw-x', before: ['198.51.100.7'], after: ['10.0.0.1'] }],
    [
      'the options change, the entries do not',
      { to: `${NET} counters`, before: ['198.51.100.7'], after: ['198.51.100.7'] },
    ],
  ])('stays open: %s', (_, change, rules) => {
    expect(lockout(change, rules)).toEqual([]);
  });
});

describe('FWG03 for sets', () => {
  const four = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];

  test('more than half of the entries go', () => {
    const [finding, ...more] = check({ before: [...four, '10.0.0.5'], after: ['10.0.0.5'] }, '');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      id: 'FWG03',
      title: 'more than half of the entries of a set are removed',
      set: 'fw-mgmt',
      families: ['ipv4'],
      evidence: ['4 of 5 entries are removed', '10.0.0.1', '10.0.0.2', '10.0.0.3', 'and 1 more'],
      flag: '--allow-mass-removal',
    });
  });

  test('half of them, or most of very few, are an everyday edit', () => {
    expect(check({ before: four, after: four.slice(2) }, '')).toEqual([]);
    expect(check({ before: four.slice(1), after: ['10.0.0.2'] }, '')).toEqual([]);
    expect(check({ before: ['10.0.0.1'], after: [] }, '')).toEqual([]);
  });

  test('the last entry of a set that a rule needs to accept packets goes', () => {
    const [finding, ...more] = check({ before: ['10.0.0.1'], after: [] }, ONLY_MGMT);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ id: 'FWG03', title: 'a set that a rule needs to accept packets is emptied' });
    expect(finding?.evidence.at(-1)).toBe(
      'filter INPUT rule 1 accepts nothing any more: -m set --match-set fw-mgmt src -j ACCEPT',
    );
  });

  test.each([
    '-A INPUT -m set ! --match-set fw-mgmt src -j ACCEPT',
    '-A INPUT -m set --match-set fw-mgmt src -j DROP',
    '-A INPUT -m set --match-set fw-mgmt-2 src -j ACCEPT',
  ])('an empty set is nothing to ask about for %s', (rule) => {
    expect(check({ before: ['10.0.0.1'], after: [] }, rule)).toEqual([]);
  });
});

describe('FWG05 for sets', () => {
  const change = {
    set: 'theirs',
    declared: 'theirs',
    before: ['10.0.0.1', '10.0.0.2'],
    after: ['10.0.0.2', '10.0.0.3'],
  };

  test('entries of a set that no applied state declares go, in an exclusive document', () => {
    expect(check(change, '')).toMatchObject([
      { id: 'FWG05', set: 'theirs', evidence: ['1 of 2 entries are removed', '10.0.0.1'] },
    ]);
  });

  test('not for one that the last generation has, one of ours by its name, or one that only gains entries', () => {
    expect(check(change, '', { knownSets: new Set([setKey(HOST, 'theirs')]) })).toEqual([]);
    expect(check({ ...change, declared: 'other' }, '')).toEqual([]);
    expect(check({ ...change, after: [...change.before, '10.0.0.3'] }, '')).toEqual([]);
  });
});
