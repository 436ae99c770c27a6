import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../../src/core/limits.ts';
import type { Firewall } from '../../../../src/core/packets/types/firewall.ts';
import type { PathTraffic, RulePlace } from '../../../../src/core/packets/types/traffic.ts';
import { assemble, type NamespaceInput } from '../../../../src/core/plan/assemble.ts';
import type { Backend, Family, Ruleset, Table } from '../../../../src/core/rules/types.ts';
import { linesOf } from '../../../../src/core/sets/ipset/lines.ts';
import type { LiveSet, SetPair } from '../../../../src/core/sets/ipset/types.ts';
import { liveNamespaces } from '../../../../src/core/traffic/live-namespace.ts';
import { trafficOfPlan } from '../../../../src/core/traffic/traffic-of-plan.ts';
import { tableOf } from '../../../support/table-of.ts';

type Case = {
  readonly name?: string;
  readonly backend?: Backend;
  readonly alsoHeldBy?: Backend;
  readonly live?: Partial<Record<Family, readonly Table[]>>;
  readonly goals?: Partial<Record<Family, readonly Table[]>>;
  readonly sets?: readonly SetPair[];
};

const EXCLUSIVE = { kind: 'exclusive', keep: [] } as const;

function input({ name, backend = 'nft', alsoHeldBy, live = {}, goals = {}, sets = [] }: Case): NamespaceInput {
  const ruleset = (family: Family): Ruleset => ({ family, tables: live[family] ?? [] });
  const wanted = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    (goals[family] ?? []).map((table) => [`${family} ${table.name}`, { table, ownership: EXCLUSIVE }] as const),
  );
  return {
    namespace: name === undefined ? { kind: 'host' } : { kind: 'named', name },
    backend,
    ...(alsoHeldBy === undefined ? {} : { alsoHeldBy }),
    owners: [],
    live: { ipv4: ruleset('ipv4'), ipv6: ruleset('ipv6') },
    claims: [],
    goals: new Map(wanted),
    sets,
  };
}

/** The traffic of a plan with a comparison that tells what it was given. */
function traffic(
  cases: readonly Case[],
  read: Parameters<typeof liveNamespaces>[1] = [],
  answer: (before: Firewall, after: Firewall) => readonly PathTraffic[] = silent,
) {
  const inputs = cases.map(input);
  const { plan } = assemble(inputs, { context: 0, originOf: ({ start }) => `state/a.yaml:${start}` });
  const asked: { readonly before: Firewall; readonly after: Firewall; readonly nodes: number }[] = [];
  const found = trafficOfPlan(plan, {
    live: liveNamespaces(inputs, read),
    nodes: 1_000,
    originOf: ({ start }) => `state/a.yaml:${start}`,
    compare: (before, after, { nodes }) => {
      asked.push({ before, after, nodes });
      return answer(before, after);
    },
  });
  return { found, asked };
}

function silent({ family }: Firewall): readonly PathTraffic[] {
  return [path(family)];
}

function path(family: Family, more: Partial<PathTraffic> = {}): PathTraffic {
  const base = { family, path: 'INPUT', connections: 'new', claim: { kind: 'exact' } } as const;
  return { ...base, regions: [], questions: [], noEffect: true, ...more };
}

const OPEN = tableOf('filter', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
const CLOSED = tableOf('filter', ':INPUT DROP\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
const NAT = tableOf('nat', '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080');
const names = (tables: readonly Table[]) => tables.map(({ name }) => name);

describe('the firewalls that are compared', () => {
  test('no step, nothing to compare', () => {
    const { found, asked } = traffic([{ live: { ipv4: [OPEN] }, goals: { ipv4: [OPEN] } }]);
    expect([found, asked]).toEqual([[], []]);
  });

  test('tables that the plan leaves alone are on both sides, and a family that stays is not asked', () => {
    const { found, asked } = traffic([{ live: { ipv4: [NAT, OPEN], ipv6: [OPEN] }, goals: { ipv4: [CLOSED] } }]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ nodes: 1_000, before: { family: 'ipv4', backend: 'nft' } });
    expect(asked[0]?.before.tables).toEqual([NAT, OPEN]);
    expect(asked[0]?.after.tables).toEqual([NAT, CLOSED]);
    expect(found).toEqual([{ namespaces: ['host'], paths: [path('ipv4')] }]);
  });

  test('a table that comes is on the side after only', () => {
    const { asked } = traffic([{ live: { ipv4: [OPEN] }, goals: { ipv4: [NAT] } }]);
    expect([names(asked[0]?.before.tables ?? []), names(asked[0]?.after.tables ?? [])]).toEqual([
      ['filter'],
      ['filter', 'nat'],
    ]);
  });

  test('namespaces that are and become alike are compared once', () => {
    const alike = { live: { ipv4: [OPEN] }, goals: { ipv4: [CLOSED] } };
    const other = { live: { ipv4: [OPEN, NAT] }, goals: { ipv4: [CLOSED] } };
    const { found, asked } = traffic([
      { name: 'a', ...alike },
      { name: 'b', ...other },
      { name: 'c', ...alike },
    ]);
    expect(asked).toHaveLength(2);
    expect(found.map(({ namespaces }) => namespaces)).toEqual([['a', 'c'], ['b']]);
  });

  test('what fails is not judged, and why is told', () => {
    const { found } = traffic([{ live: { ipv4: [OPEN] }, goals: { ipv4: [CLOSED] } }], [], () => {
      throw new Error('out of diagrams');
    });
    expect(found[0]?.paths).toHaveLength(6);
    for (const one of found[0]?.paths ?? []) {
      expect(one).toMatchObject({
        claim: { kind: 'not-judged', because: 'the comparison failed: out of diagrams' },
        regions: [],
        noEffect: false,
      });
    }
  });

  test('of a family with a table that iptables-save does not show nothing is said', () => {
    const hidden = [{ family: 'ipv4', table: 'mangle' }] as const;
    const one = { live: { ipv4: [OPEN], ipv6: [OPEN] }, goals: { ipv4: [CLOSED], ipv6: [CLOSED] } };
    const { found, asked } = traffic([one], [{ rulesets: input(one).live, hidden }]);
    expect(asked.map(({ before }) => before.family)).toEqual(['ipv6']);
    expect(found[0]?.paths[0]?.claim).toEqual({
      kind: 'not-judged',
      because: 'iptables-save does not show table mangle as it is',
    });
  });
});

describe('two backends', () => {
  const rules = (tables: readonly Table[]) => ({
    ipv4: { family: 'ipv4' as const, tables },
    ipv6: { family: 'ipv6' as const, tables: [] },
  });

  test('a backend that is empty before is the first half of a move: the rules that are left against those that come', () => {
    const one: Case = { backend: 'legacy', alsoHeldBy: 'nft', goals: { ipv4: [CLOSED] } };
    const { found, asked } = traffic([one], [{ rulesets: rules([]), other: { rulesets: rules([OPEN]), hidden: [] } }]);
    expect(asked.map(({ before, after }) => [before.backend, before.tables, after.backend, after.tables])).toEqual([
      ['nft', [OPEN], 'legacy', [CLOSED]],
    ]);
    expect(found[0]?.supposing).toBe('other-backend-gone');
  });

  test('what nft and legacy judge differently is told of a move: fragments behind the first', () => {
    const rules4 = tableOf('filter', '-A FORWARD -p udp -m udp ! --dport 53 -j DROP');
    const one: Case = { backend: 'legacy', alsoHeldBy: 'nft', goals: { ipv4: [rules4] } };
    const inputs = [input(one)];
    const { plan } = assemble(inputs, { context: 0, originOf: () => 'state/a.yaml:1' });
    const live = liveNamespaces(inputs, [{ rulesets: rules([]), other: { rulesets: rules([rules4]), hidden: [] } }]);
    const [found] = trafficOfPlan(plan, { live });
    expect(found?.supposing).toBe('other-backend-gone');
    const forward = found?.paths.find((path) => path.path === 'FORWARD' && path.connections === 'new');
    expect(forward).toMatchObject({ claim: { kind: 'exact' }, noEffect: false });
    expect(JSON.stringify(forward?.regions)).toContain('fragment');
    // INPUT never sees a fragment: the kernel has put the packet together before.
    const inward = found?.paths.find((path) => path.path === 'INPUT' && path.connections === 'new');
    expect(inward).toMatchObject({ claim: { kind: 'exact' }, regions: [] });
  });

  test('where both hold rules already, nothing is said', () => {
    const one: Case = { alsoHeldBy: 'legacy', live: { ipv4: [OPEN] }, goals: { ipv4: [CLOSED] } };
    const other = { rulesets: rules([OPEN]), hidden: [] };
    const { found, asked } = traffic([one], [{ rulesets: rules([OPEN]), other }]);
    expect(asked).toEqual([]);
    expect(found[0]?.paths[0]?.claim).toMatchObject({ kind: 'not-judged' });
    expect(found[0]).not.toHaveProperty('supposing');
  });

  test('one namespace in two plans of a backend each', () => {
    const nft: Case = { live: { ipv4: [OPEN] }, goals: { ipv4: [CLOSED] } };
    const { found, asked } = traffic([nft, { ...nft, backend: 'legacy' }]);
    expect(asked).toEqual([]);
    expect(found[0]?.paths[0]?.claim).toMatchObject({ kind: 'not-judged' });
  });
});

describe('sets', () => {
  const HEADER = 'hash:net family inet maxelem 65536';
  const ASKS = tableOf('filter', '-A INPUT -m set --match-set fw-mgmt src -j ACCEPT');
  const ASKS_CLOSED = tableOf('filter', ':INPUT DROP\n-A INPUT -m set --match-set fw-mgmt src -j ACCEPT');
  const live = (entries: readonly string[], passing: readonly string[] = []): LiveSet => ({
    name: 'fw-mgmt',
    header: HEADER,
    references: 1,
    entries: linesOf(entries),
    passing,
  });
  const pair = (before: LiveSet, added: readonly string[], kept: readonly number[]): SetPair => ({
    name: 'fw-mgmt',
    live: before,
    desired: {
      declared: 'mgmt',
      header: HEADER,
      isManaged: true,
      added,
      removed: [],
      kept,
    },
  });

  test('a set that changes: what it holds before and after, for the family whose rules ask it', () => {
    const sets = [pair(live(['10.0.0.0/8', '10.1.0.0/16']), ['10.2.0.0/16'], [0])];
    const { asked } = traffic([{ live: { ipv4: [ASKS], ipv6: [OPEN] }, sets }]);
    expect(asked.map(({ before }) => before.family)).toEqual(['ipv4']);
    expect(asked[0]?.before.sets).toEqual([
      { name: 'fw-mgmt', header: HEADER, entries: ['10.0.0.0/8', '10.1.0.0/16'], changes: false },
    ]);
    expect(asked[0]?.after.sets).toEqual([
      { name: 'fw-mgmt', header: HEADER, entries: ['10.0.0.0/8', '10.2.0.0/16'], changes: false },
    ]);
  });

  test('entries with a time: the set is true for now only', () => {
    const timed = { ...live(['10.0.0.0/8'], ['192.0.2.7 timeout 30']), header: `${HEADER} timeout 60` };
    const { asked } = traffic([
      { live: { ipv4: [ASKS] }, goals: { ipv4: [ASKS_CLOSED] }, sets: [{ name: 'fw-mgmt', live: timed }] },
    ]);
    expect(asked[0]?.before.sets).toEqual([
      {
        name: 'fw-mgmt',
        header: `${HEADER} timeout 60`,
        entries: ['10.0.0.0/8', '192.0.2.7 timeout 30'],
        changes: true,
      },
    ]);
    expect(asked[0]?.after.sets).toEqual(asked[0]?.before.sets);
  });

  test('namespaces whose sets hold something else are not alike', () => {
    const one = (name: string, entries: readonly string[]): Case => ({
      name,
      live: { ipv4: [ASKS] },
      goals: { ipv4: [ASKS_CLOSED] },
      sets: [{ name: 'fw-mgmt', live: live(entries) }],
    });
    const { found } = traffic([one('a', ['10.0.0.0/8']), one('b', ['10.0.0.0/9'])]);
    expect(found).toHaveLength(2);
  });

  test('a set that changes and is too large to compare: nothing is said where rules ask it', () => {
    const many = Array.from({ length: LIMITS.trafficEntries.most + 1 }, (_, index) => `10.0.0.0/8-${index}`);
    const sets = [pair(live(many), ['192.0.2.0/24'], [])];
    const { found, asked } = traffic([{ live: { ipv4: [ASKS] }, sets }]);
    expect(asked).toEqual([]);
    expect(found[0]?.paths[0]?.claim).toMatchObject({ kind: 'not-judged' });
  });

  test('one that stays and is too large is an open question on both sides', () => {
    const many = Array.from({ length: LIMITS.trafficEntries.most + 1 }, (_, index) => `10.0.0.0/8-${index}`);
    const { asked } = traffic([
      { live: { ipv4: [ASKS] }, goals: { ipv4: [ASKS_CLOSED] }, sets: [{ name: 'fw-mgmt', live: live(many) }] },
    ]);
    expect([asked[0]?.before.sets, asked[0]?.after.sets]).toEqual([[], []]);
  });
});

describe('where rules were written', () => {
  const written = (start: number): Table => ({
    name: 'filter',
    chains: [
      {
        name: 'INPUT',
        policy: 'DROP',
        rules: [
          { text: '-i lo -j ACCEPT', span: { file: 'state/a.yaml', start: 3, end: 4 } },
          { text: '-p tcp -j ACCEPT', span: { file: 'state/a.yaml', start, end: start + 1 } },
        ],
      },
    ],
  });
  const before = tableOf('filter', ':INPUT DROP\n-A INPUT -i lo -j ACCEPT');
  const rule = (number: number): RulePlace => ({ table: 'filter', chain: 'INPUT', number, text: '' });
  const answer = ({ family }: Firewall) => [
    path(family, {
      regions: [
        {
          effect: 'opened',
          was: { verdict: 'drop', by: rule(1) },
          will: { verdict: 'accept', by: rule(1) },
          rule: { ...rule(2), side: 'after' },
          flows: [{}],
          more: 0,
        },
      ],
    }),
  ];

  test('of rules that come and of those that stay, on the side after', () => {
    const { found } = traffic([{ live: { ipv4: [before] }, goals: { ipv4: [written(9)] } }], [], answer);
    expect(found[0]?.paths[0]?.regions[0]).toMatchObject({
      will: { by: { origin: 'state/a.yaml:3' } },
      rule: { origin: 'state/a.yaml:9' },
    });
    expect(found[0]?.paths[0]?.regions[0]?.was.by).not.toHaveProperty('origin');
  });

  test('namespaces that change alike from other lines share only the places that are the same', () => {
    const one = (name: string, line: number) => ({
      name,
      live: { ipv4: [before] },
      goals: { ipv4: [written(line)] },
    });
    const { found } = traffic([one('a', 9), one('b', 10)], [], answer);
    expect(found).toHaveLength(1);
    expect(found[0]?.paths[0]?.regions[0]?.rule).not.toHaveProperty('origin');
    expect(found[0]?.paths[0]?.regions[0]?.will.by).toMatchObject({ origin: 'state/a.yaml:3' });
  });
});
