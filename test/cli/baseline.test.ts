import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function site() {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const numbers = () =>
    fw('history', '--json')
      .stdout.split('\n')
      .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { readonly number?: number }).number]));
  return { ns, data, state, fw, numbers };
}

test('an apply with nothing to do after an import records the first generation, once', () => {
  const { ns, state, fw, numbers } = site();
  inNamespace(ns, 'iptables', ['-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT']);
  inNamespace(ns, 'iptables', ['-P', 'FORWARD', 'DROP']);
  expect(fw('import', '--namespace', ns, '--state', state).status).toBe(0);
  expect(fw('drift').stderr).toContain('fw apply records one, also where it has nothing to change');
  const first = fw('apply', '--state', state, '--auto-approve');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toContain('No changes.');
  expect(first.stdout).toContain('Recorded as generation 1');
  expect(fw('drift')).toMatchObject({ status: 0, stderr: '' });
  expect(fw('blame', `${ns}/ipv4/filter/INPUT`).stdout).toMatch(/^1 {2}1 .*-p tcp -m tcp --dport 22 -j ACCEPT$/m);
  const second = fw('apply', '--state', state, '--auto-approve');
  expect(second).toMatchObject({ status: 0, stderr: '' });
  expect(second.stdout).not.toContain('Recorded');
  expect(numbers()).toEqual([1]);
  expect(fw('rollback', '0').stderr).toContain('fw has changed nothing from this data folder');
  inNamespace(ns, 'iptables', ['-F', 'INPUT']);
  expect(fw('drift').status).toBe(2);
  expect(fw('rollback', '--to', 'last', '--auto-approve').status).toBe(0);
  expect(inNamespace(ns, 'iptables-save', []).stdout).toContain('--dport 22');
});

test('a namespace that is new to the state is recorded although nothing has to be done in it', () => {
  const { ns, state, fw, numbers } = site();
  const other = makeNamespace('other');
  const document = (name: string) =>
    `namespace: ${name}\nownership: exclusive\ntables: {filter: {INPUT: [-p tcp --dport 22 -j ACCEPT]}}\n`;
  writeFiles(state, { 'a.yaml': document(ns) });
  expect(fw('apply', '--state', state, '--auto-approve')).toMatchObject({ status: 0, stderr: '' });
  for (const program of ['iptables', 'ip6tables']) {
    inNamespace(other, program, ['-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT']);
  }
  writeFiles(state, { 'b.yaml': document(other) });
  expect(fw('apply', '--state', state, '--namespace', ns, '--auto-approve').stdout).not.toContain('Recorded');
  expect(fw('apply', '--state', state, '--auto-approve').stdout).toContain('Recorded as generation 2');
  expect(numbers().filter((number) => number !== 0)).toEqual([1, 2]);
  inNamespace(other, 'iptables', ['-F', 'INPUT']);
  expect(fw('drift').status).toBe(2);
});

test('what a hand made live and the state then took over is no drift for ever', () => {
  const { ns, state, fw } = site();
  const document = (port: number) =>
    `namespace: ${ns}\ntables: {filter: {INPUT: [-p tcp --dport ${port} -j ACCEPT]}}\n`;
  writeFiles(state, { 'a.yaml': document(22) });
  expect(fw('apply', '--state', state, '--auto-approve').status).toBe(0);
  for (const program of ['iptables', 'ip6tables']) {
    inNamespace(ns, program, ['-R', 'fw-INPUT', '1', '-p', 'tcp', '--dport', '23', '-j', 'ACCEPT']);
  }
  expect(fw('drift').status).toBe(2);
  writeFiles(state, { 'a.yaml': document(23) });
  expect(fw('apply', '--state', state, '--auto-approve').stdout).toContain('Recorded as generation 2');
  expect(fw('drift').status).toBe(0);
});
