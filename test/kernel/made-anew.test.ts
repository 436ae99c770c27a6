import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { addNamespace, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

function makeAnew(name: string): void {
  removeNamespace(name);
  addNamespace(name);
}

/** As fw runs after a boot, or on another machine: what the kernel and /etc say of themselves is another text, in a mount namespace of its own. */
function on(machine: { readonly boot?: string; readonly id?: string }): readonly string[] {
  const folder = stateFolder({ boot: `${machine.boot ?? ''}\n`, id: `${machine.id ?? ''}\n` });
  const mounts = [
    ...(machine.boot === undefined ? [] : [`mount --bind ${folder}/boot /proc/sys/kernel/random/boot_id`]),
    ...(machine.id === undefined ? [] : [`mount --bind ${folder}/id /etc/machine-id`]),
  ];
  return ['unshare', '--mount', 'sh', '-euc', `${mounts.join('\n')}\nexec "$@"`, 'sh'];
}

const BOOTED = { boot: '00000000-0000-4000-8000-000000000001', id: '1'.repeat(32) };
const OTHER = { boot: '00000000-0000-4000-8000-000000000002', id: '2'.repeat(32) };
const AS_BEFORE = { boot: '00000000-0000-4000-8000-000000000000', id: '1'.repeat(32) };

/** Tables come in another order where they were made in another one. */
function rules(name: string, backend: Backend): readonly string[] {
  return FAMILIES.flatMap((family) =>
    saved(name, backend, family)
      .split(/^(?=\*)/m)
      .sort(),
  );
}

function copyOf(data: string): string {
  const copy = dataFolder();
  cpSync(data, copy, { recursive: true });
  return copy;
}

type Line = { readonly type?: string; readonly anew?: unknown };

/** What a stream says of namespaces that are others. */
function toldIn(stdout: string): readonly unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ type, anew }) => (type === 'namespace_anew' ? [anew] : []));
}

describe.each(BACKENDS)('a namespace made anew since an apply (%s)', (backend) => {
  test('plan, drift, rollback and apply say so, and work as ever', () => {
    const site = makeSite(backend, { fresh: true });
    const since = `${site.name} was made anew since generation 1.`;
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    const applied = rules(site.name, backend);
    for (const words of [['plan'], ['drift']]) {
      expect(runBuilt([...words, ...(words[0] === 'plan' ? site.flags : site.flags.slice(2))]).stdout).not.toContain(
        'made anew',
      );
    }
    makeAnew(site.name);
    const planned = site.fw('plan', '--detailed-exitcode');
    expect([planned.status, planned.stdout]).toEqual([2, expect.stringContaining(since)]);
    const [told] = toldIn(site.fw('plan', '--json').stdout);
    expect(told).toMatchObject({ namespace: site.name, why: 'made_anew', since: 'generation', generation: 1 });
    const data = ['--data-dir', site.data];
    const drift = runBuilt(['drift', ...data]);
    expect([drift.status, drift.stdout]).toEqual([2, expect.stringContaining(since)]);
    expect(JSON.parse(runBuilt(['drift', '--json', ...data]).stdout)).toMatchObject({ anew: [told], gone: [] });
    const back = runBuilt(['rollback', '--to', 'last', '--auto-approve', ...data]);
    expect([back.status, back.stdout]).toEqual([0, expect.stringContaining(since)]);
    expect(rules(site.name, backend)).toEqual(applied);
    // The return is proven in the new one: nothing more is to be told.
    expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({
      status: 0,
      stdout: expect.not.stringContaining('made anew'),
    });
    makeAnew(site.name);
    const again = site.fw('apply', '--auto-approve');
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringContaining(`${site.name} was made anew since generation 2.`),
    ]);
    expect(rules(site.name, backend)).toEqual(applied);
  });

  test('a saved plan and an approved one are applied, and the saved one says since when', () => {
    const site = makeSite(backend, { fresh: true });
    const file = join(stateFolder({}), 'a.fwplan');
    expect(site.fw('plan', '--out', file)).toMatchObject({ status: 0 });
    makeAnew(site.name);
    const data = ['--data-dir', site.data];
    const saved = runBuilt(['apply', file, ...data]);
    expect([saved.status, saved.stdout]).toEqual([
      0,
      expect.stringMatching(`${site.name} was made anew since the plan of [0-9+ :-]+\\.`),
    ]);
    const applied = rules(site.name, backend);
    makeAnew(site.name);
    const approved = site.fw('apply', '--approved', file);
    expect([approved.status, approved.stdout]).toEqual([
      0,
      expect.stringContaining(`${site.name} was made anew since generation 1.`),
    ]);
    expect(rules(site.name, backend)).toEqual(applied);
  });

  test('after a boot: the last generation, a saved and an approved plan work, and say so', () => {
    const site = makeSite(backend, { fresh: true });
    const file = join(stateFolder({}), 'a.fwplan');
    const before = on(AS_BEFORE);
    const after = on(BOOTED);
    expect(runBuilt(['plan', '--out', file, ...site.flags], { through: before })).toMatchObject({ status: 0 });
    expect(runBuilt(['apply', '--auto-approve', ...site.flags], { through: before })).toMatchObject({ status: 0 });
    const applied = rules(site.name, backend);
    // Where the rules are there again it explains nothing.
    const same = runBuilt(['plan', ...site.flags], { through: after });
    expect([same.status, same.stdout]).toEqual([0, expect.not.stringContaining('booted')]);
    for (const [words, data, since] of [
      [['rollback', '--to', 'last', '--auto-approve'], copyOf(site.data), 'generation 1.'],
      [['apply', file], dataFolder(), 'the plan of '],
      [['apply', '--approved', file, '--state', site.state], copyOf(site.data), 'generation 1.'],
    ] as const) {
      makeAnew(site.name);
      const ran = runBuilt([...words, '--data-dir', data], { through: after });
      expect([ran.status, ran.stdout], words.join(' ')).toEqual([
        0,
        expect.stringContaining(`The machine was booted since ${since}`),
      ]);
      expect(rules(site.name, backend)).toEqual(applied);
    }
  });

  test('on another machine: data folder, saved and approved plan work, and say so', () => {
    const site = makeSite(backend, { fresh: true });
    const file = join(stateFolder({}), 'a.fwplan');
    const there = on(AS_BEFORE);
    const here = on(OTHER);
    expect(runBuilt(['plan', '--out', file, ...site.flags], { through: there })).toMatchObject({ status: 0 });
    expect(runBuilt(['apply', '--auto-approve', ...site.flags], { through: there })).toMatchObject({ status: 0 });
    const applied = rules(site.name, backend);
    const runs: readonly (readonly [readonly string[], string])[] = [
      [
        ['rollback', '--to', 'last', '--auto-approve', '--data-dir', copyOf(site.data)],
        'Another machine made generation 1.',
      ],
      [['apply', file, '--data-dir', dataFolder()], 'Another machine made the plan of '],
      [['apply', '--approved', file, '--state', site.state, '--data-dir', dataFolder()], 'Plan:'],
    ];
    for (const [words, said] of runs) {
      makeAnew(site.name);
      const ran = runBuilt(words, { through: here });
      expect([ran.status, ran.stdout], words.join(' ')).toEqual([0, expect.stringContaining(said)]);
      expect(rules(site.name, backend)).toEqual(applied);
    }
  });
});

test('`host` of another network namespace is told as such', () => {
  const [blue, red] = [makeNamespace('blue'), makeNamespace('red')];
  const state = stateFolder({ 'a.yaml': 'tables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n' });
  const flags = ['--state', state, '--data-dir', dataFolder()];
  const fw = (name: string, ...words: string[]) =>
    runBuilt([...words, ...flags], { through: ['ip', 'netns', 'exec', name] });
  expect(fw(blue, 'apply', '--auto-approve')).toMatchObject({ status: 0 });
  const ran = fw(red, 'plan');
  expect([ran.status, ran.stdout]).toEqual([
    0,
    expect.stringContaining('host is now another network namespace than at generation 1.'),
  ]);
  expect(fw(blue, 'plan').stdout).not.toContain('another network namespace');
});

test('one of many: the others are not named, and no program is started to learn it', () => {
  const names = [makeNamespace('a'), makeNamespace('b')];
  const documents = Object.fromEntries(
    names.map((name) => [
      `${name}.yaml`,
      `namespace: ${name}\nbackend: nft\ntables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n`,
    ]),
  );
  const flags = ['--state', stateFolder(documents), '--data-dir', dataFolder()];
  expect(runBuilt(['apply', '--auto-approve', ...flags])).toMatchObject({ status: 0 });
  const folder = stateFolder({ perl: '#!/bin/sh\necho started >&2\nexit 1\n' });
  const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
  const same = runBuilt(['plan', ...flags], {
    env,
    through: ['sh', '-c', `chmod 755 ${folder}/perl; exec "$@"`, 'sh'],
  });
  expect(same).toMatchObject({ status: 0, stderr: '' });
  expect(same.stdout).not.toContain('made anew');
  makeAnew(names[1] ?? '');
  const ran = runBuilt(['plan', ...flags]);
  expect(ran.stdout).toContain(`${names[1]} was made anew since generation 1.`);
  expect(ran.stdout).not.toContain(`${names[0]} was`);
});

test('an older generation, which noted nothing, is read as ever', () => {
  const site = makeSite('nft', { fresh: true });
  expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
  const path = join(site.data, 'generations', '1.json');
  const generation = JSON.parse(readFileSync(path, 'utf8')) as { states: Record<string, unknown>[] };
  expect(generation.states[0]).toHaveProperty('appliedIn');
  makeAnew(site.name);
  for (const appliedIn of [undefined, []]) {
    const states = generation.states.map(({ appliedIn: _, ...state }) => ({ ...state, appliedIn }));
    writeFileSync(path, JSON.stringify({ ...generation, states }));
    const ran = site.fw('plan', '--detailed-exitcode');
    expect([ran.status, ran.stderr]).toEqual([2, '']);
    expect(ran.stdout).not.toContain('made anew');
  }
});
