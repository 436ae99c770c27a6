import { describe, expect, test } from 'vitest';
import { bindNamespaces, namespacesOf } from '../../src/app/live/bind-namespaces.ts';
import type { MadePlan } from '../../src/app/plan/make-plan.ts';
import { recover } from '../../src/app/recover/recover.ts';
import type { FwError } from '../../src/core/diagnostics/errors.ts';
import type { StepOwnership } from '../../src/core/ownership/types.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { printStepEdits } from '../../src/core/plan/step-edits.ts';
import type { TableStep } from '../../src/core/plan/types.ts';
import { type Backend, FAMILIES, type Family } from '../../src/core/rules/types.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { drive, FIRST_RESTORE } from '../support/driver.ts';
import { apply, applyMade, dataFolder, plan, realPorts } from '../support/fw.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { waitUnlocked } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const YES = [
  '--auto-approve',
  ...['foreign-removal', 'lockout', 'removal-in-use', 'mass-removal'].map((one) => `--allow-${one}`),
];
const FAILING = 'checks:\n  - {command: [/bin/false], retries: 0, timeout: 5s}\n';

/** Chains of Docker with a jump to them, beside rules of an unknown program. */
function docker(family: Family): string {
  const address = family === 'ipv4' ? '192.0.2.7/32' : '2001:db8::7/128';
  return (
    '*filter\n:INPUT ACCEPT [3:30]\n:FORWARD DROP [2:20]\n:OUTPUT ACCEPT [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n:old - [0:0]\n' +
    '[1:10] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n[8:80] -A FORWARD -j old\n[5:50] -A FORWARD -j DOCKER-USER\n[4:40] -A FORWARD -p udp -j ACCEPT\n' +
    `[7:70] -A DOCKER-USER -s ${address} -j DROP\n[6:60] -A DOCKER-USER -j RETURN\n[9:90] -A old -j RETURN\nCOMMIT\n`
  );
}

function makeSite(backend: Backend) {
  const name = makeNamespace();
  for (const family of FAMILIES) load(name, backend, family, docker(family), ['--counters']);
  const all = () => FAMILIES.map((family) => saved(name, backend, family, { counters: true }));
  return { name, all, before: all() };
}

function state(name: string, backend: Backend, rest: string, more = ''): string {
  return stateFolder({
    'a.yaml': `namespace: ${name}\nbackend: ${backend}\nownership: exclusive\nkeep: [DOCKER*]\n${more}tables:\n  filter:\n${rest}`,
  });
}

/** Rewrites what Docker left alone: chains, policies and rules around its jump. */
const REWRITTEN =
  '    FORWARD: {policy: ACCEPT, rules: [-p icmp -j ACCEPT, -j new]}\n    new: [-p udp -j ACCEPT]\n    INPUT: {policy: DROP, rules: [-i lo -j ACCEPT]}\n';

describe.each(BACKENDS)('a chain that is declared and kept, on %s', (backend) => {
  test.each([true, false])('is refused with both places, and nothing changes (live: %s)', async (isLive) => {
    const site = isLive ? makeSite(backend) : undefined;
    const name = site?.name ?? makeNamespace();
    const folder = state(name, backend, '    DOCKER-USER: [-s 10.0.0.1/32 -j DROP]\n', FAILING);
    const error = await apply(folder).catch((thrown: FwError) => thrown);
    expect(error).toMatchObject({ code: 'state.invalid', firewall: 'unchanged' });
    const said = runBuilt(['plan', '--state', folder]);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('a.yaml:9:5');
    expect(said.stderr).toContain('a.yaml:4:8');
    if (site !== undefined) expect(site.all()).toEqual(site.before);
  });
});

describe.each(BACKENDS)('an exclusive table beside kept chains, on %s', (backend) => {
  test('a failing check brings every chain back, counters included', async () => {
    const site = makeSite(backend);
    const folder = state(site.name, backend, REWRITTEN, FAILING);
    await expect(apply(folder)).rejects.toMatchObject({ code: 'apply.check-failed', exit: 8 });
    expect(site.all()).toEqual(site.before);
  });

  test('`fw rollback` brings the rules of an earlier generation back, and the kept chains stay', () => {
    const site = makeSite(backend);
    const flags = ['--data-dir', dataFolder()];
    const yes = [...YES, ...flags];
    const folder = state(site.name, backend, REWRITTEN);
    const first = runBuilt(['apply', '--state', folder, ...yes]);
    expect([first.status, first.stderr]).toEqual([0, '']);
    const made = site.all().map(withoutCounters);
    writeFiles(folder, {
      'a.yaml': `namespace: ${site.name}\nbackend: ${backend}\nownership: exclusive\nkeep: [DOCKER*]\ntables:\n  filter:\n    OUTPUT: [-j DROP]\n`,
    });
    expect(runBuilt(['apply', '--state', folder, ...yes]).status).toBe(0);
    expect(site.all().map(withoutCounters)).not.toEqual(made);
    expect(runBuilt(['rollback', '1', ...yes]).status).toBe(0);
    expect(site.all().map(withoutCounters)).toEqual(made);
  });

  test('killed half-way, the watchdog brings every chain back', async () => {
    const site = makeSite(backend);
    const data = dataFolder();
    const run = drive(
      [...['apply', ...YES, '--data-dir', data], ...['--state', state(site.name, backend, REWRITTEN)]],
      FIRST_RESTORE,
    );
    await run.reached;
    process.kill(-run.pid, 'SIGKILL');
    await run.resume();
    await run.ended;
    waitUnlocked(data);
    expect(runBuilt(['recover', '--data-dir', data]).stdout).toContain('Nothing to recover');
    expect(site.all()).toEqual(site.before);
  });

  test('not confirmed, the watchdog brings every chain back', () => {
    const site = makeSite(backend);
    const data = dataFolder();
    const folder = state(site.name, backend, REWRITTEN);
    const applied = runBuilt(['apply', '--state', folder, '--data-dir', data, '--confirm', '1s', ...YES]);
    expect([applied.status, applied.stderr]).toEqual([0, '']);
    expect(site.all()).not.toEqual(site.before);
    waitUnlocked(data);
    expect(site.all()).toEqual(site.before);
  });

  test('a declared jump to a kept chain, and a glob that matches targets too: once applied, nothing is left to do', async () => {
    const site = makeSite(backend);
    const rules = '    FORWARD: [-p udp -j ACCEPT, -j DOCKER-USER]\n    INPUT: [-j DROP]\n';
    const document = (chains: string) =>
      `namespace: ${site.name}\nbackend: ${backend}\nownership: exclusive\nkeep: ["D*"]\ntables:\n  filter:\n${chains}`;
    const folder = stateFolder({ 'a.yaml': document(rules) });
    await apply(folder);
    for (const text of site.all()) {
      expect(withoutCounters(text)).toContain('-A FORWARD -p udp -j ACCEPT\n-A FORWARD -j DOCKER-USER\n');
      expect(text.match(/-A INPUT .*/g)).toEqual(['-A INPUT -j DROP']);
    }
    expect((await plan(folder)).plan.steps).toEqual([]);
    writeFiles(folder, { 'a.yaml': document('    INPUT: []\n') });
    await apply(folder);
    for (const text of site.all()) expect(text).not.toMatch(/-A INPUT/);
  });

  test('a reboot while an apply waits: the rules of ours come back, Docker will bring its own', async () => {
    const site = makeSite(backend);
    const ports = realPorts();
    const made = await plan(state(site.name, backend, REWRITTEN), ports);
    await beginJournal(ports, stepsOf(made));
    for (const step of stepsOf(made)) await ports.kernel.restore(step, printStepEdits(step));
    for (const family of FAMILIES) load(site.name, backend, family, '*filter\nCOMMIT\n');
    await recover(ports);
    const isDocker = (line: string) => /DOCKER/.test(line);
    // The counters of a policy that the step leaves alone are gone with the boot.
    const ours = (text: string) =>
      withoutPolicyCounters(text)
        .split('\n')
        .filter((line) => !isDocker(line));
    expect(site.all().map(ours)).toEqual(site.before.map(ours));
    expect(site.all().join()).not.toContain('DOCKER');
  });

  test('somebody else makes a chain of the planned name just before the commit: it stays, and so does the rest', async () => {
    const site = makeSite(backend);
    const theirs = '*filter\n:new - [0:0]\n-A new -p tcp -m tcp --dport 25 -j DROP\nCOMMIT\n';
    let isFirst = true;
    const ports = realPorts((kernel) => ({
      ...kernel,
      restore: (target, text) => {
        if (isFirst) load(site.name, backend, target.family, theirs, ['--noflush']);
        isFirst = false;
        return kernel.restore(target, text);
      },
    }));
    const error = await apply(state(site.name, backend, REWRITTEN), ports).catch((one: FwError) => one);
    expect(error).toMatchObject({ code: 'apply.rolled-back', exit: 8 });
    const [ipv4 = '', ipv6] = site.all();
    expect(ipv4).toContain('-A new -p tcp -m tcp --dport 25 -j DROP');
    // A commit of theirs zeroes the counters of policies on legacy.
    const rest = [ipv4.replace(/^.*\bnew\b.*\n/gm, ''), ipv6 ?? ''];
    expect(rest.map(withoutPolicyCounters)).toEqual(site.before.map(withoutPolicyCounters));
  });

  test('Docker takes its jump and a chain away and adds a rule while an apply waits to go back: that stays, the rest is back', async () => {
    const site = makeSite(backend);
    const ports = stirred(async () => {
      for (const family of FAMILIES) {
        const text = '*filter\n-D FORWARD -j DOCKER-USER\n-X DOCKER\n-A DOCKER-USER -p icmp -j DROP\nCOMMIT\n';
        load(site.name, backend, family, text.replaceAll('icmp', family === 'ipv4' ? 'icmp' : 'ipv6-icmp'), [
          '--noflush',
        ]);
      }
    });
    const folder = state(site.name, backend, REWRITTEN, FAILING);
    await expect(apply(folder, ports)).rejects.toMatchObject({ code: 'apply.check-failed', exit: 8 });
    const theirs = (text: string) =>
      text
        .split('\n')
        .filter((line) => !/FORWARD -j DOCKER-USER|^:DOCKER -|DOCKER-USER -p (?:icmp|ipv6-icmp) -j DROP/.test(line));
    expect(site.all().map(theirs)).toEqual(site.before.map(theirs));
    for (const text of site.all()) {
      expect(text).toMatch(/-A DOCKER-USER -p (?:icmp|ipv6-icmp) -j DROP/);
      expect(text).not.toMatch(/FORWARD -j DOCKER-USER|^:DOCKER -/m);
    }
  });
});

const FORGED: readonly (readonly [string, StepOwnership])[] = [
  ['shared by somebody else', { kind: 'shared', owners: ['zz'] }],
  ['exclusive, and all chains kept', { kind: 'exclusive', keep: ['*'] }],
];

describe.each(BACKENDS)('a step that says that its chains are those of others, on %s', (backend) => {
  const forge = async (folder: string, ports: Ports, ownership: StepOwnership): Promise<MadePlan> => {
    const made = await plan(folder, ports);
    return { ...made, plan: { ...made.plan, steps: made.plan.steps.map((step) => ({ ...step, ownership })) } };
  };

  test.each(FORGED)('%s: is refused before the journal', async (_, ownership) => {
    const site = makeSite(backend);
    const folder = state(site.name, backend, REWRITTEN, FAILING);
    const data = dataFolder();
    const ports = realPorts((kernel) => kernel, data);
    const error = await applyMade(() => forge(folder, ports, ownership), folder, ports).catch((one: FwError) => one);
    expect(error).toMatchObject({ code: 'apply.not-owned', exit: 1, firewall: 'unchanged' });
    expect((error as FwError).message).toMatch(/chains? .*(?:FORWARD|new)/);
    expect(site.all()).toEqual(site.before);
    expect(await ports.generations.prepared()).toEqual([]);
    expect(await ports.journal.unfinished()).toEqual([]);
  });

  test.each(FORGED)('%s: one in a journal of before is undone all the same', async (_, ownership) => {
    const site = makeSite(backend);
    const ports = realPorts();
    const made = await forge(state(site.name, backend, REWRITTEN), ports, ownership);
    const steps = stepsOf(made);
    await beginJournal(ports, steps);
    for (const step of steps)
      expect(await ports.kernel.restore(step, printStepEdits(step))).toMatchObject({ exitCode: 0 });
    expect(site.all()).not.toEqual(site.before);
    expect((await recover(ports)).rolledBack).toHaveLength(1);
    expect(site.all()).toEqual(site.before);
  });
});

test.each(BACKENDS)('what stays behind is named, with exit 9, on %s', async (backend) => {
  const site = makeSite(backend);
  let restores = 0;
  // A kernel that says yes to the way back of IPv6, and does nothing.
  const ports = realPorts((kernel) => ({
    ...kernel,
    restore: async (target, text) => {
      restores += 1;
      const isBack = restores > FAMILIES.length && target.family === 'ipv6';
      return isBack ? { exitCode: 0, stdout: '', stderr: '' } : kernel.restore(target, text);
    },
  }));
  const folder = state(site.name, backend, REWRITTEN, FAILING);
  const error = await apply(folder, ports).catch((one: FwError) => one);
  expect(error).toMatchObject({ code: 'apply.broken', exit: 9, firewall: 'not proven: the way back failed' });
  expect((error as FwError).output).toMatch(/not as before: chains .*FORWARD/);
  expect(site.all()[0]).toBe(site.before[0]);
  // The next run finishes it.
  expect((await recover({ ...ports, kernel: realPorts().kernel })).rolledBack).toHaveLength(1);
  expect(site.all()).toEqual(site.before);
});

/** Ports on which another program writes after all is verified, before the check fails. */
function stirred(write: () => Promise<void>): Ports {
  const ports = realPorts();
  return {
    ...ports,
    prober: {
      probe: async (check, stop) => {
        await write();
        return ports.prober.probe(check, stop);
      },
    },
  };
}

/** What the journal of an apply would hold. */
function stepsOf(made: MadePlan): readonly TableStep[] {
  return tableSteps(made.plan);
}

function withoutPolicyCounters(text: string): string {
  return text.replace(/^(:.*) \[\d+:\d+\]$/gm, '$1');
}

function withoutCounters(text: string): string {
  return text.replace(/^\[\d+:\d+\] /gm, '').replace(/ \[\d+:\d+\]$/gm, '');
}

/** The journal of an apply that is about these steps, in the namespaces that there are. */
async function beginJournal(ports: Ports, steps: readonly TableStep[]): Promise<void> {
  const bound = bindNamespaces(ports.kernel, namespacesOf(steps));
  await ports.journal.begin(steps, 'test', await bound.identities());
  bound.close();
}
