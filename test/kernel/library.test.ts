import { spawnSync } from 'node:child_process';

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import type * as Library from '../../src/library/index.ts';
import { dataFolder } from '../support/fw.ts';
import { accepting, refusal } from '../support/library.ts';
import { load, makeNamespace, saved } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const FILE = join(dirname(BUILT), 'library.mjs');
const FOREIGN = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.9/32 -j DROP\nCOMMIT\n';

let library: typeof Library;
beforeAll(async () => {
  library = await import(FILE);
});

/** A namespace with rules of another program, and the firewall of a data folder of its own. */
function makeSite(backend: Backend = 'nft') {
  const namespace = makeNamespace('lib');
  for (const family of ['ipv4', 'ipv6'] as const)
    load(namespace, backend, family, family === 'ipv4' ? FOREIGN : FOREIGN.replace('10.0.0.9/32', '2001:db8::9/128'));
  const data = dataFolder();
  const live = () => `${saved(namespace, backend, 'ipv4')}${saved(namespace, backend, 'ipv6')}`;
  return { namespace, data, live, firewall: library.openFirewall({ dataDir: data }) };
}

const WAIT_MS = 60_000;

/** Until a watchdog has filed that the apply went back. */
async function untilBack(firewall: Library.Firewall) {
  for (const end = performance.now() + WAIT_MS; performance.now() < end; ) {
    const last = (await firewall.history()).at(-1);
    if (last?.type === 'went-back') return last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it does not go back');
}

describe.each<Backend>(['nft', 'legacy'])('the library on %s', (backend) => {
  test('an apply that is not confirmed goes back by its watchdog, which is not this process', async () => {
    const { namespace, live, firewall } = makeSite(backend);
    const was = live();
    const plan = await firewall.plan(accepting(namespace, 80));
    const applied = await firewall.apply(plan, { confirmSeconds: 1, lockTimeoutSeconds: 30 });
    expect(applied).toMatchObject({ changed: true, generation: null, pending: { id: expect.any(String) } });
    expect(await untilBack(firewall)).toMatchObject({
      id: applied.pending?.id,
      why: 'not confirmed',
      operator: expect.any(String),
    });
    expect(live()).toBe(was);
  });
});

test('a process that dies in the middle of an apply is brought back by the watchdog that it has started', async () => {
  const { namespace, data, live, firewall } = makeSite();
  const was = live();
  const program = `
    const { openFirewall } = await import(${JSON.stringify(pathToFileURL(FILE).href)});
    const onEvent = ({ type }) => { if (type === 'apply_complete') process.kill(process.pid, 'SIGKILL'); };
    const firewall = openFirewall({ dataDir: ${JSON.stringify(data)}, onEvent });
    await firewall.apply(await firewall.plan(${JSON.stringify(accepting(namespace, 80))}));`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(ran).toMatchObject({ signal: 'SIGKILL', stdout: '', stderr: '' });
  expect(await untilBack(firewall)).toMatchObject({ why: 'died' });
  expect(live()).toBe(was);
});

test('the library and the command line share lock, journal and generations', async () => {
  const { namespace, data, live, firewall } = makeSite();
  const was = live();
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const folder = stateFolder({ 'state/ports.yaml': accepting(namespace, 22).documents[0]?.text ?? '' });
  const plan = await firewall.plan(accepting(namespace, 80));
  let beside: ReturnType<typeof fw> | undefined;
  const approve = () => {
    beside = fw('apply', '--auto-approve', '--state', join(folder, 'state'));
    return true;
  };
  expect(await firewall.apply(plan, { approve })).toMatchObject({ generation: 1 });
  expect(beside).toMatchObject({ status: 7, stderr: expect.stringContaining('run.locked') });
  expect(fw('drift')).toMatchObject({ status: 0, stdout: expect.stringContaining('generation 1') });
  expect(fw('history').stdout).toMatch(/^1 .*\(memory\)/m);
  expect(fw('rollback', '0', '--auto-approve', '--allow-empty', '--lock-timeout', '30s')).toMatchObject({ status: 0 });
  expect(live()).toBe(was);
  // The other way: a plan of the library is a plan file, and what the command applies the library takes back.
  const again = await firewall.plan(accepting(namespace, 80, 81));
  const file = join(folder, 'again.fwplan');
  writeFileSync(file, again.text);
  expect(fw('apply', file, '--lock-timeout', '30s')).toMatchObject({ status: 0 });
  expect(await firewall.drift()).toMatchObject({ in_sync: true, since: { generation: 3 } });
  expect(await refusal(firewall.apply(again, { lockTimeoutSeconds: 30 }))).toMatchObject({
    code: 'plan.stale',
    exit: 4,
  });
  const named = ['--state', join(folder, 'state'), '--state-name', 'agent'];
  expect(fw('apply', ...named, '--confirm', '1h', '--auto-approve', '--lock-timeout', '30s')).toMatchObject({
    status: 0,
  });
  expect(await firewall.reject()).toMatchObject({ why: 'rejected', undone: true });
  expect(await firewall.rollback({ to: 0, allow: ['FWG01'], lockTimeoutSeconds: 30 })).toMatchObject({ changed: true });
  expect(live()).toBe(was);
});

test('twenty callers at once are one generation, and the one that the kernel refuses is told alone', async () => {
  const { namespace, data, live, firewall } = makeSite();
  const batches = firewall.batches({ name: 'agent', documents: [] });
  const one = (port: number, rule = `-p tcp --dport ${port} -j ACCEPT`) => ({
    path: `ports/${port}.yaml`,
    text: `namespace: ${namespace}\ntables: {filter: {INPUT: [${rule}]}}\n`,
  });
  const ports = Array.from({ length: 20 }, (_, index) => 1000 + index);
  const calls = ports.map((port) => batches.defer({ put: [one(port)] }));
  // iptables takes it, and the kernel does not: CT is for the table raw.
  const error = await refusal(batches.defer({ put: [one(99, '-j CT --zone 1')] }));
  expect(error.diagnostics[0]).toMatchObject({ range: { filename: 'ports/99.yaml', start: { line: 2 } } });
  expect(await Promise.all(calls)).toMatchObject(ports.map(() => ({ generation: 1, carried: 20 })));
  for (const port of ports) expect(live()).toContain(`--dport ${port} -j ACCEPT`);
  expect(runBuilt(['drift', '--data-dir', data])).toMatchObject({ status: 0 });
  expect(await firewall.history()).toHaveLength(2);
});
