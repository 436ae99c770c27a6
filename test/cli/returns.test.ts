import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('fw rollback asked again goes further back, and says where to and what the state files still say', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const port = () => /--dport (\d+)/.exec(inNamespace(ns, 'iptables-save', []).stdout)?.[1];
  for (const number of [1, 2, 3]) {
    writeFiles(state, {
      'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-p tcp --dport ${number} -j ACCEPT]}}\n`,
    });
    expect(fw('apply', '--state', state, '--auto-approve')).toMatchObject({ status: 0, stderr: '' });
  }
  const first = fw('rollback', '--auto-approve');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(port()).toBe('2');
  expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'unless they are changed, the next fw apply takes this return back.',
  );
  const second = fw('rollback', '--auto-approve');
  expect(second).toMatchObject({ status: 0, stderr: '' });
  expect(second.stdout).toContain(
    'Generation 4 is a return to generation 2: this goes to the one before that, generation 1.',
  );
  expect(port()).toBe('1');
  const third = fw('rollback', '--auto-approve');
  expect(third.status).toBe(1);
  expect(third.stderr).toContain('there is no generation before generation 1');
  expect(third.stderr.replaceAll(/\s+/g, ' ')).toContain(
    `fw rollback 0 --data-dir ${data} goes back to what was there before fw.`,
  );
  const none = fw('rollback', '1', '--auto-approve');
  expect(none.stdout).toMatch(/^No changes\. 1 namespace matches generation 1/);
  expect(none.stdout).not.toContain('takes this return back');
  expect(fw('rollback', '3', '--auto-approve').status).toBe(0);
  expect(port()).toBe('3');
  expect(fw('rollback', '--to', 'last', '--auto-approve').stdout).toMatch(
    /^No changes\. 1 namespace matches generation 6/,
  );
  expect(fw('rollback', '0', '--auto-approve', '--allow-empty', '--allow-mass-removal').status).toBe(0);
  expect(port()).toBe(undefined);
  expect(fw('rollback').stderr).toContain('in force is what was there before fw');
  expect(fw('apply', '--state', state, '--auto-approve').status).toBe(0);
  expect(port()).toBe('3');
});

test('fw rollback of an apply that only repaired drift says that it goes no further back, and how to', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  for (const number of [1, 2]) {
    writeFiles(state, {
      'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-p tcp --dport ${number} -j ACCEPT]}}\n`,
    });
    expect(fw('apply', '--state', state, '--auto-approve')).toMatchObject({ status: 0 });
  }
  expect(fw('rollback', '--auto-approve').stdout).not.toContain('a repair');
  expect(fw('apply', '--state', state, '--auto-approve')).toMatchObject({ status: 0 });
  inNamespace(ns, 'iptables', ['-F', 'fw-INPUT']);
  expect(fw('apply', '--state', state, '--auto-approve').stdout).toContain('Generation 5.');
  for (const _ of [1, 2]) {
    const { status, stdout } = fw('rollback', '--auto-approve');
    expect(status).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Both declare the same, so this goes no further back than a repair. To take back an earlier apply name a generation before it: fw history lists them.',
    );
  }
  expect(fw('rollback', '1', '--auto-approve')).toMatchObject({ status: 0 });
});
