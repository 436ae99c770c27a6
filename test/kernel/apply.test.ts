import { describe, expect, test } from 'vitest';
import { countChanges } from '../../src/core/plan/count-changes.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { apply, plan } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** A document for one namespace, exclusive in the filter table, with these rules in INPUT. */
function exclusive(namespace: string, backend: Backend, rules: readonly string[], policy = 'ACCEPT'): string {
  const lines = rules.map((rule) => `        - ${rule}\n`).join('');
  return (
    `namespace: ${namespace}\nbackend: ${backend}\nownership: exclusive\n` +
    `tables:\n  filter:\n    INPUT:\n      policy: ${policy}\n      rules:${rules.length === 0 ? ' []' : ''}\n${lines}`
  );
}

async function expectNoChanges(state: string): Promise<void> {
  const { plan: again } = await plan(state);
  expect(again.steps.map((step) => step.edits)).toEqual([]);
}

describe.each(BACKENDS)('apply on %s', (backend) => {
  test('the first apply makes the rules, and a second plan is empty', async () => {
    const ns = makeNamespace();
    const state = stateFolder({
      'a.yaml': exclusive(ns, backend, ['-p tcp --dport ssh -j ACCEPT', '-s 10.0.0.5/8 -j DROP', '-p icmp -j REJECT']),
    });
    await apply(state);
    expect(saved(ns, backend, 'ipv4')).toContain('-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(saved(ns, backend, 'ipv6')).toContain('-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(saved(ns, backend, 'ipv6')).not.toContain('10.0.0.0');
    await expectNoChanges(state);
  });

  test('an insert, a removal, a move and an edit touch only their own rules, and counters of the others stay', async () => {
    const ns = makeNamespace();
    const ports = (numbers: readonly number[]) => numbers.map((port) => `-p tcp --dport ${port} -j ACCEPT`);
    const state = stateFolder({ 'a.yaml': exclusive(ns, backend, ports([1, 2, 3, 4, 5])) });
    await apply(state);
    setCounters(ns, backend);
    const before = saved(ns, backend, 'ipv4', { counters: true });
    expect(before).toContain('[5:500] -A INPUT -p tcp -m tcp --dport 5');
    writeFiles(state, { 'a.yaml': exclusive(ns, backend, ports([5, 1, 9, 3, 44])) });
    const made = await plan(state);
    expect(countChanges(tableSteps(made.plan).filter((step) => step.family === 'ipv4'))).toMatchObject({ move: 1 });
    await apply(state);
    expect(rules(saved(ns, backend, 'ipv4', { counters: true }))).toEqual([
      '[5:500] -A INPUT -p tcp -m tcp --dport 5 -j ACCEPT',
      '[1:100] -A INPUT -p tcp -m tcp --dport 1 -j ACCEPT',
      '[0:0] -A INPUT -p tcp -m tcp --dport 9 -j ACCEPT',
      '[3:300] -A INPUT -p tcp -m tcp --dport 3 -j ACCEPT',
      '[0:0] -A INPUT -p tcp -m tcp --dport 44 -j ACCEPT',
    ]);
    await expectNoChanges(state);
  });

  test('a policy, a new chain, a removed chain and a second table', async () => {
    const ns = makeNamespace();
    const head = `namespace: ${ns}\nbackend: ${backend}\nownership: exclusive\ntables:\n`;
    const state = stateFolder({
      'a.yaml': `${head}  filter:\n    FORWARD: {policy: DROP, rules: [-j old]}\n    old: [-j ACCEPT]\n  nat:\n    PREROUTING: [-p tcp --dport 80 -j REDIRECT --to-ports 8080]\n`,
    });
    await apply(state);
    await expectNoChanges(state);
    writeFiles(state, {
      'a.yaml': `${head}  filter:\n    FORWARD: {policy: ACCEPT, rules: [-j new]}\n    new: [-j other]\n    other: [-j DROP]\n  mangle:\n    OUTPUT: [-j MARK --set-mark 5]\n`,
    });
    await apply(state);
    await expectNoChanges(state);
    const text = saved(ns, backend, 'ipv4');
    expect(text).toContain(':FORWARD ACCEPT');
    expect(text).not.toContain('old');
    expect(text).toContain('-A FORWARD -j new');
    // A table that is no longer listed is not touched.
    expect(text).toContain('REDIRECT');
  });

  test.each(FAMILIES)('chains of others are left alone byte for byte, and counted (%s)', async (family) => {
    const ns = makeNamespace();
    const foreign =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n' +
      '-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -j DOCKER\n-A DOCKER ! -i docker0 -p tcp -j ACCEPT\n-A DOCKER-USER -j RETURN\nCOMMIT\n';
    load(ns, backend, family, foreign);
    const before = saved(ns, backend, family);
    const state = stateFolder({
      'a.yaml': `namespace: ${ns}\nbackend: ${backend}\ntables:\n  filter:\n    INPUT: ['-p tcp --dport 22 -j ACCEPT', -j web]\n    FORWARD: [-j web]\n    web: ['-p tcp --dport 443 -j ACCEPT']\n`,
    });
    await apply(state);
    await expectNoChanges(state);
    const after = saved(ns, backend, family);
    expect(after).toContain('-A FORWARD -j fw-FORWARD\n-A FORWARD -j DOCKER-USER');
    expect(after.split('\n').filter((line) => !line.includes('fw-'))).toEqual(before.split('\n'));
    const { plan: made } = await plan(state);
    expect(
      made.foreign.filter((entry) => entry.family === family).map(({ chain, rules: count }) => [chain, count]),
    ).toEqual([
      ['FORWARD', 2],
      ['DOCKER', 1],
      ['DOCKER-USER', 1],
    ]);
    writeFiles(state, {
      'a.yaml': `namespace: ${ns}\nbackend: ${backend}\ntables:\n  filter:\n    OUTPUT: [-j ACCEPT]\n`,
    });
    await apply(state);
    const rest = saved(ns, backend, family);
    expect(rest).not.toContain('fw-FORWARD');
    expect(rest).not.toContain('fw-web');
  });
});

function rules(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.includes('-A '));
}

/** Gives every rule of INPUT for port N the counters [N:N00], as traffic would. */
function setCounters(ns: string, backend: Backend): void {
  for (const port of [1, 2, 3, 4, 5]) {
    const replace = `*filter\n[${port}:${port}00] -R INPUT ${port} -p tcp -m tcp --dport ${port} -j ACCEPT\nCOMMIT\n`;
    const ran = inNamespace(ns, `iptables-${backend}-restore`, ['--noflush', '--counters'], replace);
    expect(ran.stderr).toBe('');
  }
}
