import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { seal } from '../../src/core/seal/seal.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

// Tests write into what is otherwise read only.
type Writable = { [key: string]: Writable } & Writable[];

const set = (part: Writable | undefined, key: string, value: unknown) => Object.assign(part ?? {}, { [key]: value });

/**
 * A saved plan that adds a rule and a policy to `filter`, for a namespace where fw applied `nat` before; and what an attacker makes of it who knows how a
 * digest is made.
 */
function setUp(backend: Backend) {
  const ns = makeNamespace();
  load(ns, backend, 'ipv4', '*filter\n-A INPUT -s 203.0.113.9/32 -j DROP\nCOMMIT\n');
  const nat = '  nat:\n    POSTROUTING: [-s 10.0.0.0/8 -j MASQUERADE]\n';
  const filter = '  filter:\n    INPUT:\n      rules: [-p tcp --dport 22 -j ACCEPT]\n      policy: DROP\n';
  const head = `state: site\nnamespace: ${ns}\nbackend: ${backend}\nfamily: ipv4\ntables:\n`;
  const folder = stateFolder({ 'first/a.yaml': head + nat, 'state/a.yaml': head + nat + filter });
  const data = dataFolder();
  const common = ['--data-dir', data];
  expect(runBuilt(['apply', '--state', join(folder, 'first'), '--auto-approve', ...common]).status).toBe(0);
  const file = join(folder, 'a.fwplan');
  expect(runBuilt(['plan', '--state', join(folder, 'state'), '--out', file, ...common])).toMatchObject({ status: 0 });
  const forge = (alter: (plan: Writable) => void) => {
    const { digest: _, ...content } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    alter(content as unknown as Writable);
    const forged = join(folder, 'forged.fwplan');
    writeFileSync(forged, seal(content), { mode: 0o600 });
    return forged;
  };
  const live = () => saved(ns, backend, 'ipv4') + saved(ns, backend, 'ipv6');
  return { ns, file, data, common, forge, live };
}

const step = (plan: Writable) => plan.plan?.steps?.[0];
const declared = (plan: Writable, table: string) =>
  plan.namespaces?.[0]?.claims?.find((claim) => String(claim.table) === table);

const FORGED: readonly (readonly [what: string, alter: (plan: Writable) => void, exit: number, words: string])[] = [
  [
    'gives its step to others',
    (plan) => set(step(plan), 'ownership', { kind: 'shared', owners: ['zz'] }),
    1,
    'its owners',
  ],
  [
    'declares other rules where it changes some',
    (plan) => set(declared(plan, 'filter')?.chains?.[0], 'rules', [['-j ACCEPT']]),
    1,
    'does not make the table',
  ],
  [
    'declares other rules where it changes none',
    (plan) => set(declared(plan, 'nat')?.chains?.[0], 'rules', [['-j ACCEPT']]),
    4,
    '+ fw-POSTROUTING -j ACCEPT',
  ],
  [
    'declares a table that nobody has asked for',
    (plan) => void plan.namespaces?.[0]?.claims?.push({ ...declared(plan, 'nat'), table: 'mangle' } as never),
    4,
    'mangle has no change in the plan',
  ],
  [
    'declares a policy that is not live',
    (plan) => set(declared(plan, 'nat')?.policies, 'PREROUTING', 'DROP'),
    4,
    'nat has no change',
  ],
  [
    'is for other namespaces too',
    (plan) =>
      set(plan, 'namespaces', [...(plan.namespaces ?? []), { ...plan.namespaces?.[0], namespace: { kind: 'host' } }]),
    1,
    'other namespaces',
  ],
  ['never ends', (plan) => set(plan, 'expires', 'never'), 1, 'expires'],
  ['says that the table was not there', (plan) => set(step(plan), 'created', true), 1, 'cannot be used'],
  [
    'is for the other backend',
    (plan) => set(step(plan), 'backend', String(step(plan)?.backend) === 'nft' ? 'legacy' : 'nft'),
    1,
    'transitions',
  ],
  [
    'is about no part that it changes',
    (plan) => set(plan, 'selection', { namespaces: [], families: [], tables: ['nat'], targets: [], excluded: [] }),
    1,
    'not about this table',
  ],
  [
    'has a key of the prototype',
    (plan) => void Object.defineProperty(plan, '__proto__', { value: {}, enumerable: true }),
    1,
    'does not know',
  ],
];

describe.each(BACKENDS)('a plan that somebody altered and sealed anew, on %s', (backend) => {
  test('is refused before anything is written, and the plan itself is applied and loaded at boot', () => {
    const { ns, file, data, common, forge, live } = setUp(backend);
    const before = live();
    for (const [what, alter, exit, words] of FORGED) {
      const applied = runBuilt(['apply', forge(alter), ...common]);
      expect({ what, status: applied.status }).toEqual({ what, status: exit });
      expect(applied.stderr).toContain(words);
      expect(applied.stderr).toContain('Firewall: unchanged.');
      expect(live()).toBe(before);
    }
    expect(readdirSync(join(data, 'generations')).filter((name) => name.startsWith('2'))).toEqual([]);
    expect(runBuilt(['apply', file, ...common])).toMatchObject({ status: 0 });
    const after = live();
    expect(after).toContain('-A fw-INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(after).toContain(':INPUT DROP');
    // A machine that has just booted.
    load(ns, backend, 'ipv4', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n*nat\nCOMMIT\n');
    const booted = runBuilt(['rollback', '--to', 'last', '--auto-approve', ...common]);
    expect(booted).toMatchObject({ status: 0 });
    expect(live()).toContain(':INPUT DROP');
    expect(live()).not.toMatch(/^-A fw-\S+ -j ACCEPT$/m);
    expect(live()).toContain('-A fw-POSTROUTING -s 10.0.0.0/8 -j MASQUERADE');
  });
});

test('what changed since in a table that the plan does not change is told, when it is declared', () => {
  const { ns, file, common, live } = setUp('nft');
  inNamespace(ns, 'iptables', ['-t', 'nat', '-F', 'fw-POSTROUTING']);
  const before = live();
  const stale = runBuilt(['apply', file, ...common]);
  expect(stale.status).toBe(4);
  expect(stale.stderr).toContain('+ fw-POSTROUTING -s 10.0.0.0/8 -j MASQUERADE');
  expect(live()).toBe(before);
  // What others have there is their business.
  inNamespace(ns, 'iptables', ['-t', 'nat', '-A', 'fw-POSTROUTING', '-s', '10.0.0.0/8', '-j', 'MASQUERADE']);
  inNamespace(ns, 'iptables', ['-t', 'nat', '-A', 'POSTROUTING', '-s', '172.17.0.0/16', '-j', 'MASQUERADE']);
  expect(runBuilt(['apply', file, ...common]).status).toBe(0);
});

test('whose the rules are, hooks, policies and the state stand in what is shown', () => {
  const { ns, file, forge } = setUp('nft');
  const shown = runBuilt(['show', file]).stdout;
  expect(shown).toContain(
    `Declares in ${ns}: fw (hooks first) in nat 4, filter 4; policy INPUT DROP in filter 4; 2 rules in 2 chains.`,
  );
  expect(shown).toMatch(/^Of the state site \(\S+\/state\)\.$/m);
  const other = forge((plan) => set(declared(plan, 'nat')?.ownership, 'hook', 'any'));
  expect(runBuilt(['show', other]).stdout).toContain('fw (hooks any) in nat 4');
  const json = JSON.parse(runBuilt(['show', other, '--json']).stdout) as { declared: unknown[] };
  expect(json.declared).toMatchObject([
    { namespace: ns, tables: [{ table: 'nat', hook: 'any' }, { table: 'filter' }] },
  ]);
});

test('a part of the state is shown as one', () => {
  const ns = makeNamespace();
  const state = stateFolder({
    'a.yaml': `namespace: ${ns}\ntables:\n  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n  nat:\n    POSTROUTING: [-j MASQUERADE]\n`,
  });
  const file = join(state, 'a.fwplan');
  const common = ['--data-dir', dataFolder()];
  expect(runBuilt(['plan', '--state', state, '--table', 'filter', '--out', file, ...common]).status).toBe(0);
  expect(runBuilt(['show', file]).stdout).toContain('Only --table filter of the state.');
  for (const format of ['markdown', 'summary', 'lines', 'json', 'restore']) {
    expect(runBuilt(['show', file, '--format', format]).stdout).toContain('--table filter');
  }
  const again = `${file}.2`;
  expect(runBuilt(['plan', '--rebase', file, '--out', again, ...common]).status).toBe(0);
  expect(runBuilt(['show', again]).stdout).toContain('Only --table filter of the state.');
  expect(runBuilt(['apply', again, ...common]).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).not.toContain('MASQUERADE');
});
