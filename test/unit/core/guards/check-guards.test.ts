import { describe, expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import type { Finding } from '../../../../src/core/guards/finding.ts';
import type { GuardFacts } from '../../../../src/core/guards/types.ts';
import { ruleKey } from '../../../../src/core/plan/rule-key.ts';
import { type Edit, EXCLUSIVE, guardedPlan, SHARED } from '../../../support/guarded-plan.ts';

const BLUE = { kind: 'named', name: 'blue' } as const;

const DOCKER_JUMP = ':DOCKER -\n-A INPUT -j DOCKER';

describe('FWG01, empty desired state', () => {
  test('all rules of ours go from a namespace that the state leaves empty', () => {
    const before = '-A INPUT -j fw-INPUT\n-A fw-INPUT -p tcp -j ACCEPT';
    const edits: Edit[] = [
      { namespace: 'blue', before, after: '', ownership: SHARED },
      { namespace: 'blue', family: 'ipv6', before, after: '', ownership: SHARED },
    ];
    expect(check(edits, { emptyDesired: [BLUE] })).toEqual([
      {
        id: 'FWG01',
        title: 'no rule of the state stays',
        namespace: BLUE,
        families: ['ipv4', 'ipv6'],
        table: 'filter',
        evidence: ['ipv4: 2 rules before, none after', 'ipv6: 2 rules before, none after'],
        flag: '--allow-empty',
      },
    ]);
  });

  test('an exclusive table that is declared empty, and no second guard for its chains', () => {
    const before = rulesOf(6);
    expect(ids(check([{ before, after: '' }], { known: keysOf(before) }))).toEqual(['FWG01']);
  });

  test('not the part of a shared table while the namespace keeps others', () => {
    const before = '-A INPUT -j fw-INPUT\n-A fw-INPUT -p tcp -j ACCEPT';
    expect(check([{ before, after: '', ownership: SHARED }])).toEqual([]);
  });

  test('not a namespace where nothing of ours was', () => {
    const edit: Edit = {
      namespace: 'blue',
      before: '-A INPUT -j DROP',
      after: ':INPUT DROP\n-A INPUT -j DROP',
      ownership: SHARED,
    };
    expect(check([edit], { emptyDesired: [BLUE] })).toEqual([]);
  });

  test('not a namespace where a rule of ours stays', () => {
    const before = '-A INPUT -j fw-INPUT\n-A fw-INPUT -p tcp -j ACCEPT\n-A fw-INPUT -j LOG';
    const after = '-A INPUT -j fw-INPUT\n-A fw-INPUT -p tcp -j ACCEPT';
    expect(check([{ namespace: 'blue', before, after, ownership: SHARED }], { emptyDesired: [BLUE] })).toEqual([]);
  });
});

describe('FWG03, removal of more than half of a chain', () => {
  test.each([
    ['three of four', 4, 1, ['FWG03']],
    ['half', 4, 2, []],
    ['two of three', 3, 1, []],
    ['more than half of many', 101, 50, ['FWG03']],
  ])('%s', (_, before, after, found) => {
    const text = rulesOf(before);
    expect(ids(check([{ before: text, after: rulesOf(after) }], { known: keysOf(text) }))).toEqual(found);
  });

  test('says how many and which, the first five of them', () => {
    const before = rulesOf(8);
    const [finding] = check([{ namespace: 'blue', before, after: rulesOf(1) }], { known: keysOf(before, 'blue') });
    expect(finding).toMatchObject({
      title: 'more than half of the chain is removed',
      chain: 'INPUT',
      flag: '--allow-mass-removal',
    });
    expect(finding?.evidence).toEqual([
      'ipv4: 7 of 8 rules are removed',
      ...[2, 3, 4, 5, 6].map((n) => `rule ${n}: -s 10.0.0.${n}/32 -j ACCEPT`),
      'and 2 more rules',
    ]);
  });

  test('a removed chain of ours', () => {
    const chain = [1, 2, 3, 4].map((n) => `-A fw-web -s 10.0.0.${n}/32 -j ACCEPT`).join('\n');
    const before = `-A INPUT -j fw-INPUT\n-A fw-INPUT -j fw-web\n-A fw-INPUT -j LOG\n${chain}`;
    const after = '-A INPUT -j fw-INPUT\n-A fw-INPUT -j LOG';
    const [finding, ...more] = check([{ before, after, ownership: SHARED }]);
    expect([finding?.id, finding?.chain, more]).toEqual(['FWG03', 'fw-web', []]);
  });

  test('neither moved nor changed rules', () => {
    const before = rulesOf(6);
    const moved = rulesOf(6).split('\n').reverse().join('\n');
    const changed = before.replaceAll('-j ACCEPT', '-j DROP');
    const known = keysOf(before);
    expect(check([{ before, after: moved }], { known })).toEqual([]);
    expect(check([{ before, after: changed }], { known })).toEqual([]);
  });
});

describe('FWG04, removal of rules whose counters moved', () => {
  const before =
    '[1904:99] -A INPUT -s 10.0.0.1/32 -j ACCEPT\n[0:0] -A INPUT -s 10.0.0.2/32 -j DROP\n[1:60] -A INPUT -j LOG';
  const known = keysOf(before);

  test('without an earlier sample: what has matched since it was loaded, the busiest first', () => {
    const [finding, ...more] = check(
      [
        { before, after: '' },
        { before, after: '', table: 'mangle' },
      ],
      {
        known: new Set([...known, ...keysOf(before, '', 'mangle')]),
      },
    ).filter(({ id }) => id === 'FWG04');
    expect(finding).toMatchObject({ table: 'filter', chain: 'INPUT', flag: '--allow-removal-in-use' });
    expect(finding?.evidence).toEqual([
      '1904 packets since it was loaded: INPUT rule 1: -s 10.0.0.1/32 -j ACCEPT',
      '1 packet since it was loaded: INPUT rule 3: -j LOG',
    ]);
    expect(more).toHaveLength(1);
  });

  test('with an earlier sample: what has matched since then', () => {
    const key = (text: string) =>
      ruleKey({ namespace: { kind: 'host' }, family: 'ipv4', table: 'filter' }, 'INPUT', text);
    const counters = new Map([
      [key('-s 10.0.0.1/32 -j ACCEPT'), ['1904', '99'] as const],
      [key('-j LOG'), ['0', '0'] as const],
    ]);
    const found = check([{ before, after: '-A INPUT -s 10.0.0.2/32 -j DROP' }], {
      known,
      earlier: { since: 'generation 41', counters },
    });
    expect(found.map(({ id, evidence }) => [id, evidence])).toEqual([
      ['FWG04', ['1 packet since generation 41: INPUT rule 3: -j LOG']],
    ]);
  });

  test('not rules that never matched, and not those that stay', () => {
    const after = '-A INPUT -j LOG\n-A INPUT -s 10.0.0.1/32 -j ACCEPT';
    expect(check([{ before, after }], { known })).toEqual([]);
  });
});

describe('FWG05, foreign rules in an exclusive table', () => {
  const docker =
    '-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -j DOCKER\n-A DOCKER -d 172.17.0.2/32 -p tcp -j ACCEPT';

  test('at the first adoption every rule that goes, with the owner that its chain tells', () => {
    const [finding, ...more] = check([{ before: `${docker}\n-A INPUT -j DROP`, after: '-A INPUT -j ACCEPT' }]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ id: 'FWG05', table: 'filter', flag: '--allow-foreign-removal' });
    expect(finding?.chain).toBeUndefined();
    expect(finding?.evidence).toEqual(
      [
        'FORWARD rule 1 (Docker): -j DOCKER-USER',
        'FORWARD rule 2 (Docker): -o docker0 -j DOCKER',
        'DOCKER rule 1 (Docker): -d 172.17.0.2/32 -p tcp -j ACCEPT',
        'INPUT rule 1: -j DROP',
        'rules of Docker stay when `keep:` names their chains; beside a .rules file that is a document with `ownership: exclusive` and `keep:`',
      ].sort((one, other) => order(one) - order(other)),
    );
  });

  test('later the rules that the last generation does not hold, replaced ones too', () => {
    const before = '-A INPUT -s 10.0.0.1/32 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT\n-A INPUT -j LOG';
    const after = '-A INPUT -p tcp -m tcp --dport 8081 -j ACCEPT\n-A INPUT -j LOG';
    const known = keysOf('-A INPUT -s 10.0.0.1/32 -j ACCEPT\n-A INPUT -j LOG');
    expect(check([{ before, after }], { known }).map(({ id, evidence }) => [id, evidence])).toEqual([
      ['FWG05', ['INPUT rule 2: -p tcp -m tcp --dport 8080 -j ACCEPT']],
    ]);
  });

  test('not what `keep` leaves, and nothing in shared ownership', () => {
    const kept = { kind: 'exclusive', keep: ['DOCKER*'] } as const;
    expect(check([{ before: docker, after: `${docker}\n-A INPUT -j LOG`, ownership: kept }])).toEqual([]);
    const before = '-A INPUT -j fw-INPUT\n-A fw-INPUT -j LOG\n-A fw-INPUT -j DROP';
    expect(check([{ before, after: '-A INPUT -j fw-INPUT\n-A fw-INPUT -j DROP', ownership: SHARED }])).toEqual([]);
  });
});

test('FWG01 counts rules of ours: a jump to a kept chain that stays is none', () => {
  const ownership = { kind: 'exclusive', keep: ['DOCKER*'] } as const;
  const edit = { ownership, before: `${DOCKER_JUMP}\n-A INPUT -j DROP`, after: DOCKER_JUMP };
  const known = keysOf('-A INPUT -j DROP');
  expect(check([edit], { known }).map(({ id, evidence }) => [id, evidence])).toContainEqual([
    'FWG01',
    ['ipv4: 1 rule before, none after'],
  ]);
});

describe('checkGuards', () => {
  test('finds nothing in a plan that only adds', () => {
    expect(check([{ before: rulesOf(4), after: rulesOf(9), ownership: EXCLUSIVE }])).toEqual([]);
  });

  test('keeps namespaces apart', () => {
    const before = rulesOf(4);
    const known = new Set([...keysOf(before, 'blue'), ...keysOf(before, 'red')]);
    const edits = ['blue', 'red'].map((namespace) => ({ namespace, before, after: rulesOf(1) }));
    expect(ids(check(edits, { known }))).toEqual(['FWG03', 'FWG03']);
  });
});

function check(edits: readonly Edit[], facts: Partial<GuardFacts> = {}): readonly Finding[] {
  return checkGuards(guardedPlan(edits), { emptyDesired: [], ...facts });
}

function ids(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ id }) => id);
}

function rulesOf(count: number): string {
  return Array.from({ length: count }, (_, n) => `-A INPUT -s 10.0.0.${n + 1}/32 -j ACCEPT`).join('\n');
}

/** Keys of rules of a table as a generation would hold them. */
function keysOf(text: string, namespace = '', table: 'filter' | 'mangle' = 'filter'): ReadonlySet<string> {
  const place = {
    namespace: namespace === '' ? ({ kind: 'host' } as const) : ({ kind: 'named', name: namespace } as const),
    family: 'ipv4',
    table,
  } as const;
  return new Set([...text.matchAll(/-A (\S+) (.*)/g)].map(([, chain = '', rule = '']) => ruleKey(place, chain, rule)));
}

/** Built-in chains come first, then others by name; what has no rule number last. */
function order(line: string): number {
  return ['INPUT', 'FORWARD', 'DOCKER rule', 'rules of'].findIndex((start) => line.startsWith(start));
}
