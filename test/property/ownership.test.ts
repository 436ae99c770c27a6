import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wayBack } from '../../src/app/apply/way-back.ts';
import type { Claim } from '../../src/core/desired/claim.ts';
import { adopt } from '../../src/core/ownership/adopt.ts';
import { notAsBefore, notAsPlanned } from '../../src/core/ownership/compare-with-step.ts';
import { chainNames, ownershipOf } from '../../src/core/ownership/ownership.ts';
import { stepOwnership } from '../../src/core/ownership/step-ownership.ts';
import { unownedChanges } from '../../src/core/ownership/unowned-changes.ts';
import { assemble } from '../../src/core/plan/assemble.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { jumpTarget } from '../../src/core/rule-text/jumps.ts';
import { BUILTIN } from '../../src/core/rules/builtin.ts';
import type { Chain, Policy, Rule, Table } from '../../src/core/rules/types.ts';
import { withCounters } from '../support/arbitrary-ruleset.ts';
import { textOf } from '../support/restore-text.ts';
import { simulate } from '../support/simulate.ts';

const SETTINGS = { seed: 20261128, numRuns: 250 };
const BUILTINS = BUILTIN.filter;
/** A chain jumps only to later ones, so no circle can come up. */
const USERS = ['DOCKER', 'DOCKER-USER', 'fw-INPUT', 'fw-web', 'web', 'x-other', 'zz-INPUT'] as const;
const OWNERS = ['fw', 'zz'] as const;

const plainRule = fc.constantFrom(
  '-j ACCEPT',
  '-j DROP',
  '-s 10.0.0.1/32 -j DROP',
  '-p tcp -m tcp --dport 22 -j ACCEPT',
  '-m comment --comment "-j fw-web" -j RETURN',
  '-p udp -m udp --dport 53',
  '-i docker0 ! -o docker0 -j ACCEPT',
);
const policy = fc.constantFrom<Policy>('ACCEPT', 'DROP');

function rules(targets: readonly string[], maxLength = 6): fc.Arbitrary<readonly Rule[]> {
  const jumps = targets.flatMap((name) => [`-j ${name}`, `-s 10.0.0.9/32 -g ${name}`]);
  const rule = jumps.length === 0 ? plainRule : fc.oneof(plainRule, fc.constantFrom(...jumps));
  return fc.array(
    rule.map((text): Rule => ({ text })),
    { maxLength },
  );
}

const liveTable: fc.Arbitrary<Table> = fc
  .subarray([...USERS])
  .chain((users) =>
    fc
      .tuple(
        ...BUILTINS.map(
          (name): fc.Arbitrary<Chain> => fc.record({ name: fc.constant(name), policy, rules: rules(users) }),
        ),
        ...users.map(
          (name, at): fc.Arbitrary<Chain> =>
            fc.record({ name: fc.constant<string>(name), rules: rules(users.slice(at + 1)) }),
        ),
      )
      .map((chains): Table => withCounters({ name: 'filter', chains })),
  );

const exclusive: fc.Arbitrary<Claim> = fc
  .record({
    keep: fc.subarray(['DOCKER*', 'fw-*', 'D*', 'x-?ther', 'zz-*']),
    chains: fc.subarray([...BUILTINS, 'web', 'new', 'DOCKER-USER', 'fw-web']),
    bodies: fc.array(rules(['x-other']), { minLength: 7, maxLength: 7 }),
    policies: fc.dictionary(fc.constantFrom(...BUILTINS), policy),
  })
  .map(({ keep, chains, bodies, policies }): Claim => {
    const { ownsChain } = ownershipOf('filter', { kind: 'exclusive', keep });
    return {
      family: 'ipv4',
      table: 'filter',
      ownership: { kind: 'exclusive', keep },
      chains: chains.filter(ownsChain).map((name, at) => ({ name, rules: bodies[at] ?? [] })),
      policies,
    };
  });

const sharedBy = (owner: string): fc.Arbitrary<Claim> =>
  fc
    .record({
      hook: fc.constantFrom('first', 'last', 'any'),
      into: fc.subarray([...BUILTINS, 'DOCKER-USER']),
      bodies: fc.array(rules([]), { minLength: 5, maxLength: 5 }),
      policies: fc.dictionary(fc.constantFrom(...BUILTINS), policy),
    })
    .map(
      ({ hook, into, bodies, policies }): Claim => ({
        family: 'ipv4',
        table: 'filter',
        ownership: { kind: 'shared', owner, hook },
        chains: [
          ...into.map((name, at) => ({ name: `${owner}-${name}`, hookInto: name, rules: bodies[at] ?? [] })),
          { name: `${owner}-web`, rules: bodies[4] ?? [] },
        ],
        policies,
      }),
    );

type Claims = { readonly claims: readonly Claim[]; readonly owners: readonly string[] };
const anyClaims: fc.Arbitrary<Claims> = fc.oneof(
  exclusive.map((claim) => ({ claims: [claim], owners: [] })),
  fc
    .subarray([...OWNERS])
    .chain((owners) => fc.tuple(...owners.map(sharedBy)))
    .map((claims) => ({ claims, owners: [...OWNERS] })),
);

/** What another program does: only to what is its own, but for rules that it adds to chains of ours. */
type Edit = { readonly chain: number; readonly at: number; readonly what: 'insert' | 'delete' | 'make' | 'jump' };
const edits = fc.array(
  fc.record({
    chain: fc.nat(20),
    at: fc.nat(8),
    what: fc.constantFrom('insert', 'delete', 'make', 'jump'),
  }) as fc.Arbitrary<Edit>,
  { maxLength: 4 },
);
/** No state and no live table has it. */
const THEIRS = '-s 192.0.2.';

type Case = { readonly live: Table } & Claims;
const anyCase: fc.Arbitrary<Case> = fc
  .record({ live: liveTable, both: anyClaims })
  .map(({ live, both }) => ({ live, ...both }));

const BACKENDS = ['nft', 'legacy'] as const;

describe.each(BACKENDS)('one ownership, on %s', (backend) => {
  const stepOf = ({ live, claims, owners }: Case) => {
    const goal = adopt('filter', live, claims, owners);
    const made = assemble(
      [
        {
          namespace: { kind: 'host' },
          backend,
          owners,
          live: { ipv4: { family: 'ipv4', tables: [live] }, ipv6: { family: 'ipv6', tables: [] } },
          claims,
          sets: [],
        },
      ],
      { context: 1, originOf: () => 'a.yaml:1' },
    );
    return { goal, step: tableSteps(made.plan).find(({ family }) => family === 'ipv4'), diagnostics: made.diagnostics };
  };

  it('adopt, compile, verify and the way back agree, and no other program loses or gains anything', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { goal, step, diagnostics } = stepOf(one);
        fc.pre(diagnostics.length === 0 && step !== undefined && isLoadable(goal));
        const after = simulate(one.live, textOf(step.edits), { backend });
        expect(texts(after)).toEqual(texts(goal));
        expect(unownedChanges('filter', step.ownership, one.live, after)).toEqual([]);
        expect(foreign(after, one)).toEqual(foreign(one.live, one));
        const rehearsed = { ...step, before: one.live, after };
        expect(notAsPlanned(rehearsed, after)).toEqual([]);
        expect(notAsBefore(rehearsed, one.live)).toEqual([]);
        const back = simulate(after, textOf(wayBack(rehearsed, after)), { backend });
        expect(texts(back)).toEqual(texts(one.live));
        expect(notAsBefore(rehearsed, back)).toEqual([]);
        expect(notAsBefore(rehearsed, after)).not.toEqual([]);
        // Nothing more to do once it is applied.
        expect(stepOf({ ...one, live: after }).step).toBeUndefined();
      }),
      SETTINGS,
    );
  });

  it('goes back to what was there although others wrote meanwhile, and leaves what they wrote', () => {
    fc.assert(
      fc.property(anyCase, edits, fc.boolean(), (one, foreignEdits, isApplied) => {
        const { goal, step, diagnostics } = stepOf(one);
        fc.pre(diagnostics.length === 0 && step !== undefined && isLoadable(goal));
        const after = simulate(one.live, textOf(step.edits), { backend });
        const rehearsed = { ...step, before: one.live, after };
        const start = isApplied ? after : one.live;
        const live = write(start, one, foreignEdits);
        const back = simulate(live, textOf(wayBack(rehearsed, live)), { backend });
        expect(wayBack(rehearsed, back)).toEqual([]);
        expect(notAsBefore(rehearsed, back)).toEqual([]);
        // Without the edits nothing but the old rules is left.
        expect(foreign(back, one)).toEqual(foreign(live, one));
        expect(own(back, one)).toEqual(own(one.live, one));
      }),
      SETTINGS,
    );
  });

  it('undoes a change of a step with any other ownership, and says that it is not its own', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom('shared', 'exclusive'), (one, kind) => {
        const { goal, step, diagnostics } = stepOf(one);
        fc.pre(diagnostics.length === 0 && step !== undefined && isLoadable(goal));
        const after = simulate(one.live, textOf(step.edits), { backend });
        const ownership = kind === 'shared' ? { kind, owners: ['yy'] } : { kind, keep: ['*'] };
        const forged = { ...step, ownership, before: one.live, after } as typeof step;
        const back = simulate(after, textOf(wayBack(forged, after)), { backend });
        expect(texts(back)).toEqual(texts(one.live));
        expect(notAsBefore(forged, after)).not.toEqual([]);
        const unowned = unownedChanges('filter', forged.ownership, one.live, after);
        const changed = step.chains.filter(({ lines }) =>
          lines.some(({ kind: how }) => how !== 'keep' && how !== 'skip'),
        );
        const { ownsChain } = ownershipOf('filter', forged.ownership);
        for (const { name } of changed) if (!ownsChain(name)) expect(unowned).toContain(name);
      }),
      SETTINGS,
    );
  });
});

function isForeignRule({ claims, owners }: Case, table: Table) {
  const ownership = ownershipOf('filter', stepOwnership(claims, owners));
  const declared = new Set(
    claims.flatMap(({ chains }) => chains.flatMap(({ name, rules }) => rules.map(({ text }) => `${name} ${text}`))),
  );
  const names = chainNames(table);
  return (chain: string, rule: Rule) => {
    if (rule.text.startsWith(THEIRS)) return true;
    // A jump to a kept chain that is declared is the declared one.
    return (
      !ownership.ownsRule(chain, rule, names) && !(ownership.ownsChain(chain) && declared.has(`${chain} ${rule.text}`))
    );
  };
}

/** Rules of others, chain by chain, in their order; of user chains of ours only where they stay. */
function foreign(table: Table, one: Case): unknown {
  const isForeign = isForeignRule(one, table);
  return table.chains
    .filter(({ name }) => !ownsName(name, one) || BUILTINS.includes(name))
    .map(({ name, rules }) => [name, ...rules.filter((rule) => isForeign(name, rule)).map(({ text }) => text)])
    .sort();
}

function own(table: Table, one: Case): unknown {
  const isForeign = isForeignRule(one, table);
  return table.chains
    .filter(({ name, policy }) => policy !== undefined || ownsName(name, one))
    .map(({ name, policy, rules }) => [
      name,
      policy,
      ...rules.filter((rule) => !isForeign(name, rule)).map(({ text }) => text),
    ])
    .sort();
}

function ownsName(name: string, { claims, owners }: Case): boolean {
  return ownershipOf('filter', stepOwnership(claims, owners)).ownsChain(name);
}

/** Whether every jump leads to a chain that is there, as the kernel demands. */
function isLoadable(table: Table): boolean {
  const names = chainNames(table);
  const targets = table.chains.flatMap(({ rules }) => rules.map(({ text }) => jumpTarget(text)?.chain ?? ''));
  return targets.every((target) => names.has(target) || !/^(?:[a-z]|DOCKER)/.test(target));
}

/** A table after another program has worked in it. */
function write(table: Table, one: Case, foreignEdits: readonly Edit[]): Table {
  let chains = table.chains;
  const isForeign = isForeignRule(one, table);
  const put = (chain: Chain, rules: readonly Rule[]) => {
    chains = chains.map((other) => (other.name === chain.name ? { ...chain, rules } : other));
  };
  for (const { chain: index, at, what } of foreignEdits) {
    const chain = chains[index % chains.length];
    if (chain === undefined) continue;
    const place = at % (chain.rules.length + 1);
    const theirs = chains.filter(({ name, policy }) => policy === undefined && !ownsName(name, one));
    if (what === 'make') {
      // In an exclusive table every new chain is ours, unless it is kept.
      const name = one.owners.length > 0 ? 'since' : 'DOCKER-since';
      const isNew = !ownsName(name, one) && !chains.some((other) => other.name === name);
      if (isNew) chains = [...chains, { name, rules: [{ text: `${THEIRS}1/32 -j DROP` }] }];
    } else if (what === 'insert') {
      put(chain, chain.rules.toSpliced(place, 0, { text: `${THEIRS}${at}/32 -j LOG`, counters: ['1', '1'] }));
    } else if (what === 'delete') {
      put(
        chain,
        chain.rules.filter((rule, position) => position !== place || !isForeign(chain.name, rule)),
      );
    } else {
      const target = theirs[at % Math.max(theirs.length, 1)]?.name;
      if (target === undefined || chain.policy === undefined) continue;
      put(chain, chain.rules.toSpliced(place, 0, { text: `-p icmp -j ${target}`, counters: ['1', '1'] }));
    }
  }
  return { name: table.name, chains };
}

function texts(table: Table): unknown {
  return table.chains.map(({ name, policy, rules }) => [name, policy, ...rules.map(({ text }) => text)]).sort();
}

it('a target is no chain, whatever a glob matches', () => {
  const { ownsRule } = ownershipOf('filter', { kind: 'exclusive', keep: ['*'] });
  const names = new Set(['INPUT', 'DOCKER']);
  expect(ownsRule('INPUT', { text: '-j DROP' }, names)).toBe(true);
  expect(ownsRule('INPUT', { text: '-j DOCKER' }, names)).toBe(false);
  expect(jumpTarget('-j DOCKER')?.chain).toBe('DOCKER');
});
