import { describe, expect, test } from 'vitest';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import type { Backends, Kernel } from '../../src/ports/ports.ts';
import { printPlan } from '../../src/ui/plan/plan-text.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const OTHER: Readonly<Record<Backend, Backend>> = { nft: 'legacy', legacy: 'nft' };
const LIVE = '*filter\n:theirs - [0:0]\n-A INPUT -j theirs\nCOMMIT\n';

function document(namespace: string, more = ''): string {
  return `namespace: ${namespace}\n${more}tables:\n  filter:\n    INPUT:\n      - -p tcp --dport ssh -j ACCEPT\n`;
}

/** A machine on which only these backends are installed, or on which `iptables` means another one. */
function machine(backends: Backends): (kernel: Kernel) => Kernel {
  return (kernel) => ({ ...kernel, backends: async () => backends });
}

function ruleCount(namespace: string, backend: Backend): number {
  return saved(namespace, backend, 'ipv4')
    .split('\n')
    .filter((line) => line.startsWith('-A ')).length;
}

async function planned(state: string, wrap?: (kernel: Kernel) => Kernel): Promise<readonly unknown[]> {
  return (await plan(state, realPorts(wrap))).plan.namespaces.map(({ backend, alsoHeldBy }) => [backend, alsoHeldBy]);
}

describe.each(BACKENDS)('a namespace whose rules are in %s', (backend) => {
  test.each(FAMILIES)('is managed with it, whatever iptables means on the machine (%s)', async (family) => {
    for (const preferred of BACKENDS) {
      const name = makeNamespace();
      load(name, backend, family, LIVE);
      const state = stateFolder({ 'a.yaml': document(name) });
      const wrap = machine({ available: BACKENDS, preferred });
      await apply(state, realPorts(wrap));
      expect(ruleCount(name, backend)).toBe(family === 'ipv4' ? 3 : 2);
      expect(ruleCount(name, OTHER[backend])).toBe(0);
      expect((await plan(state, realPorts(wrap))).plan.steps).toEqual([]);
    }
  });

  test('which are only empty tables of the other one, is managed with it still', async () => {
    const name = makeNamespace();
    load(name, backend, 'ipv4', LIVE);
    for (const program of ['iptables', 'ip6tables']) inNamespace(name, `${program}-${OTHER[backend]}`, ['-S']);
    load(name, OTHER[backend], 'ipv4', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n');
    expect(await planned(stateFolder({ 'a.yaml': document(name) }))).toEqual([[backend, undefined]]);
  });

  test('and in the other: an error that names both, until the state says which one fw manages', async () => {
    const name = makeNamespace();
    load(name, backend, 'ipv4', LIVE);
    load(name, OTHER[backend], 'ipv6', LIVE);
    const before = BACKENDS.map((each) => FAMILIES.map((family) => saved(name, each, family)));
    const state = stateFolder({ 'a.yaml': document(name) });
    const error = await apply(state).catch((thrown: FwError) => thrown);
    expect(error).toMatchObject({ code: 'live.mixed-backends', exit: 1 });
    expect(String(error)).toMatch(/nft.*legacy/);
    expect(BACKENDS.map((each) => FAMILIES.map((family) => saved(name, each, family)))).toEqual(before);

    writeFiles(state, { 'a.yaml': document(name, `backend: ${backend}\n`) });
    const { plan: made } = await plan(state);
    expect(made.namespaces).toMatchObject([{ backend, alsoHeldBy: OTHER[backend] }]);
    const title = { verb: 'fw plan', host: 'edge', seconds: 0 };
    const text = printPlan(made, { width: 100, colour: false, full: false, unicode: false, title }).join('\n');
    expect(text).toContain(`${OTHER[backend]} holds rules too`);
    await apply(state);
    expect(saved(name, backend, 'ipv4')).toContain('-A fw-INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(FAMILIES.map((family) => saved(name, OTHER[backend], family))).toEqual(
      before[BACKENDS.indexOf(OTHER[backend])],
    );
  });

  test('where it is the only one that is installed, or not installed at all', async () => {
    const name = makeNamespace();
    load(name, backend, 'ipv4', LIVE);
    const state = stateFolder({ 'a.yaml': document(name) });
    const only = machine({ available: [backend], preferred: backend });
    expect(await planned(state, only)).toEqual([[backend, undefined]]);
    writeFiles(state, { 'a.yaml': document(name, `backend: ${OTHER[backend]}\n`) });
    await expect(planned(state, only)).rejects.toMatchObject({ code: 'env.missing-binary', exit: 1 });
  });
});

describe('a fresh namespace', () => {
  test.each(BACKENDS)('gets the backend that iptables means on the machine: %s', async (preferred) => {
    const name = makeNamespace();
    const state = stateFolder({ 'a.yaml': document(name) });
    await apply(state, realPorts(machine({ available: BACKENDS, preferred })));
    expect(BACKENDS.map((backend) => ruleCount(name, backend))).toEqual(preferred === 'nft' ? [2, 0] : [0, 2]);
    // From now on the rules tell, not the machine.
    expect(await planned(state, machine({ available: BACKENDS, preferred: OTHER[preferred] }))).toEqual([
      [preferred, undefined],
    ]);
  });

  test.each(BACKENDS)('gets the one that the state names: %s', async (backend) => {
    const name = makeNamespace();
    const state = stateFolder({ 'a.yaml': document(name, `backend: ${backend}\n`) });
    await apply(state, realPorts(machine({ available: BACKENDS, preferred: OTHER[backend] })));
    expect(ruleCount(name, backend)).toBe(2);
    expect(ruleCount(name, OTHER[backend])).toBe(0);
  });

  test('says what iptables means here', async () => {
    const name = makeNamespace();
    const version = inNamespace(name, 'iptables', ['--version']).stdout;
    const { available, preferred } = await realPorts().kernel.backends();
    expect(available).toEqual(BACKENDS);
    expect(version).toContain(preferred === 'nft' ? 'nf_tables' : 'legacy');
    expect(await planned(stateFolder({ 'a.yaml': document(name) }))).toEqual([[preferred, undefined]]);
  });
});

test('namespaces of one state may have different backends', async () => {
  const names = [makeNamespace('a'), makeNamespace('b')];
  for (const [index, name] of names.entries()) load(name, BACKENDS[index] ?? 'nft', 'ipv4', LIVE);
  const state = stateFolder({ 'a.yaml': document(`[${names.join(', ')}]`) });
  await apply(state);
  expect(await planned(state)).toEqual([
    ['nft', undefined],
    ['legacy', undefined],
  ]);
  expect(names.map((name, index) => ruleCount(name, BACKENDS[index] ?? 'nft'))).toEqual([3, 3]);
  expect((await plan(state)).plan.steps).toEqual([]);
});

test('among many namespaces the one with rules in both backends is found and named, and only it is asked', async () => {
  const names = Array.from({ length: 6 }, () => makeNamespace());
  const mixed = names[3] ?? '';
  for (const backend of BACKENDS) load(mixed, backend, 'ipv6', LIVE);
  const state = stateFolder(Object.fromEntries(names.map((name) => [`${name}.yaml`, document(name)])));
  const asked: string[] = [];
  const ports = realPorts((kernel) => ({
    ...kernel,
    hasLegacyTables: (namespaces) => {
      asked.push(...namespaces.map((namespace) => (namespace.kind === 'named' ? namespace.name : 'host')));
      return kernel.hasLegacyTables(namespaces);
    },
  }));
  const error: FwError = await plan(state, ports).then(
    () => expect.fail('it was planned'),
    (thrown) => thrown,
  );
  expect(error.code).toBe('live.mixed-backends');
  expect(error.message).toContain(mixed);
  expect(asked).toEqual([mixed]);
});
