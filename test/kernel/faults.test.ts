import { afterAll, describe, expect, test } from 'vitest';
import { recover } from '../../src/app/recover/recover.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { MODES, type Mode, runFaulted } from '../support/fault-run.ts';
import { apply, dataFolder, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { waitUnlocked } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

/** All faults at all effects; without it every fault at some of them, most of them where live rules change. */
const FULL = process.env.FW_FAULTS === 'full';

const START =
  '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n[7:70] -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n' +
  '*filter\n:INPUT DROP [3:30]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:old - [0:0]\n[5:50] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n[6:60] -A INPUT -j old\n[1:10] -A old -j ACCEPT\nCOMMIT\n';

function goal(namespaces: readonly string[], backend: Backend): string {
  return (
    `namespace: [${namespaces.join(', ')}]\nbackend: ${backend}\nownership: exclusive\ntables:\n` +
    '  nat:\n    PREROUTING: [-p tcp --dport 80 -j REDIRECT --to-ports 8080]\n    OUTPUT: [-p tcp --dport 81 -j REDIRECT --to-ports 8081]\n' +
    '  filter:\n    INPUT: {policy: ACCEPT, rules: [-p tcp --dport 22 -j ACCEPT, -j new, -p tcp --dport 23 -j ACCEPT]}\n    new: [-j ACCEPT]\n'
  );
}

type Figures = { runs: number; faults: number; before: number; after: number; recovered: number; converged: number };
const figures: Record<string, Figures> = {};

afterAll(() => {
  for (const [name, { runs, faults, before, after, recovered, converged }] of Object.entries(figures)) {
    console.log(
      `${name}: ${runs} runs, ${faults} faults injected; exactly before ${before}, exactly after ${after}, between 0, rules lost 0; ` +
        `${recovered} brought back by fw recover; ${converged} applied again to an empty plan`,
    );
  }
});

/** One machine of three namespaces, for every run of one test. */
function makeSite(backend: Backend) {
  const names = [makeNamespace('a'), makeNamespace('b'), makeNamespace('c')];
  const state = stateFolder({ 'a.yaml': goal(names, backend) });
  const everything = () =>
    names.flatMap((name) => FAMILIES.map((family) => saved(name, backend, family, { counters: true })));
  const reset = () => {
    for (const name of names) for (const family of FAMILIES) load(name, backend, family, START, ['--counters']);
  };
  const run = (fault: string, data: string) =>
    runFaulted(fault, ['apply', '--auto-approve', '--timeout', '4s', '--state', state, '--data-dir', data, ...GUARDS]);
  return { names, state, everything, reset, run };
}

/** The example changes much at once, which is not what these tests are about. */
const GUARDS = ['--allow-mass-removal', '--allow-removal-in-use', '--allow-foreign-removal'];

describe.each<Backend>(['nft', 'legacy'])(
  'an apply of three namespaces on %s, one fault at its nth effect',
  (backend) => {
    test.each(MODES)('%s', (mode) => faultLoop(backend, mode), 3_600_000);
  },
);

async function faultLoop(backend: Backend, mode: Mode): Promise<void> {
  const { state, everything, reset, run } = makeSite(backend);
  reset();
  const before = everything();
  const whole = run('none:0', dataFolder());
  expect(whole).toMatchObject({ status: 0 });
  const after = everything();
  expect(after).not.toEqual(before);
  const firstWrite = whole.effects.findIndex((effect) => effect.startsWith('write {"kind":"begin"'));
  expect(firstWrite).toBeGreaterThan(0);
  const sum: Figures = { runs: 0, faults: 0, before: 0, after: 0, recovered: 0, converged: 0 };
  figures[`${backend} ${mode}`] = sum;

  for (let n = 1; ; n += 1) {
    if (!isWanted(n, n <= firstWrite, backend, mode, whole.effects.length)) continue;
    reset();
    expect(everything()).toEqual(before);
    const data = dataFolder();
    const { status, stderr, hit } = run(`${mode}:${n}`, data);
    waitUnlocked(data);
    sum.runs += 1;
    if (hit === undefined) {
      expect({ n, status, stderr }).toEqual({ n, status: 0, stderr: expect.any(String) });
      break;
    }
    sum.faults += 1;
    const found = everything();
    const where = `${mode} at effect ${n}, ${hit}: exit ${status}\n${stderr}`;
    const end = isSame(found, before) ? 'before' : isSame(found, after) ? 'after' : 'between';
    expect([end, where]).toEqual([end === 'between' ? 'before or after' : end, where]);
    if (end === 'before') sum.before += 1;
    else sum.after += 1;
    expectTold(status, end, stderr, where);

    const ports = realPorts(undefined, data);
    if ((await ports.journal.unfinished()).length > 0) {
      const lock = await ports.lock.acquire('test', 10);
      await recover(ports).finally(() => lock.release());
      sum.recovered += 1;
      expect(everything(), where).toEqual(before);
    }
    expect(await ports.journal.unfinished(), where).toEqual([]);
    if (!FULL && sum.faults % 4 !== 0) continue;
    await apply(state, ports);
    expect(everything(), where).toEqual(after);
    expect((await plan(state, ports)).plan.steps, where).toEqual([]);
    expect(await ports.generations.prepared(), where).toEqual([]);
    sum.converged += 1;
  }
}

/** Exit number and words agree with what the firewall is. */
function expectTold(status: number | null, end: 'before' | 'after' | 'between', stderr: string, where: string): void {
  if (status === null) return;
  const allowed = end === 'after' ? [0] : [1, 5, 8];
  expect(allowed, where).toContain(status);
  if (status === 1) expect(stderr, where).toMatch(/nothing was changed|unchanged/i);
  if (status === 8) expect(stderr, where).toMatch(/rolled back and verified/i);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** The last run meets no fault, so the loop always ends one after the last effect. */
function isWanted(n: number, isEarly: boolean, backend: Backend, mode: Mode, effects: number): boolean {
  if (FULL || n > effects) return true;
  const stride = (isEarly ? 90 : 15) * (backend === 'nft' ? 1 : 2) * (mode === 'hang' ? 3 : 1);
  return (n + MODES.indexOf(mode)) % stride === 0;
}

test('fw and its watchdog both killed in the middle: fw plan says so, and fw recover brings everything back', () => {
  const { state, everything, reset, run } = makeSite('nft');
  reset();
  const before = everything();
  const { effects } = run('none:0', dataFolder());
  const restores = effects.flatMap((effect, index) => (/--net=\/proc\/[0-9]+\/fd\//.test(effect) ? [index + 1] : []));
  expect(restores).toHaveLength(12);
  for (const n of [restores[1], restores[6], restores[11]]) {
    reset();
    const data = dataFolder();
    const killed = run(`kill-after-all:${n}`, data);
    expect(killed).toMatchObject({ status: null });
    waitUnlocked(data);
    expect(everything()).not.toEqual(before);
    const flags = ['--state', state, '--data-dir', data];
    expect(runBuilt(['plan', ...flags]).stderr).toContain('died half-way');
    expect(runBuilt(['status', ...flags]).stdout).toContain('Unfinished:');
    const returned = runBuilt(['rollback', '--to', 'last', '--auto-approve', ...flags]);
    expect([returned.status, returned.stderr]).toEqual([1, expect.stringContaining('died half-way')]);
    const recovered = runBuilt(['recover', ...flags]);
    expect([recovered.status, recovered.stdout]).toEqual([0, expect.stringContaining('rolled back and verified')]);
    expect(everything()).toEqual(before);
    expect(runBuilt(['recover', ...flags]).stdout).toContain('Nothing to recover');
  }
});
