import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function setUp() {
  const ns = makeNamespace();
  const document = (rules: string) => `namespace: ${ns}\ntables: {filter: {INPUT: [${rules}]}}\n`;
  const folder = stateFolder({ 'one/state/a.yaml': document('-p tcp --dport 22 -j ACCEPT') });
  const data = ['--data-dir', dataFolder()];
  const fw = (checkout: string, ...words: string[]) =>
    runBuilt([...words, '--state', join(folder, checkout, 'state'), ...data]);
  const states = () =>
    (JSON.parse(runBuilt(['show', 'last', '--json', ...data]).stdout) as { states: { name: string; path: string }[] })
      .states;
  expect(fw('one', 'apply', '--auto-approve').status).toBe(0);
  return { ns, folder, document, fw, states };
}

test('a state without a name whose folder is gone is the same state elsewhere, with a notice', () => {
  const { ns, folder, document, fw, states } = setUp();
  mkdirSync(join(folder, 'two'));
  renameSync(join(folder, 'one/state'), join(folder, 'two/state'));
  const same = fw('two', 'plan', '--detailed-exitcode');
  expect(same.status, same.stderr).toBe(0);
  expect((same.stdout + same.stderr).replace(/\s+/g, ' ')).toContain('which is not there any more');
  expect(fw('two', 'apply', '--auto-approve').stdout).not.toContain('Recorded');
  writeFiles(join(folder, 'two/state'), { 'a.yaml': document('-p tcp --dport 80 -j ACCEPT') });
  const ran = fw('two', 'apply', '--auto-approve');
  expect(ran.status, ran.stderr).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).not.toContain('--dport 22');
  expect(states().map(({ path }) => path)).toEqual([join(folder, 'two/state')]);
});

test('it takes a name the same way', () => {
  const { folder, document, fw, states } = setUp();
  rmSync(join(folder, 'one'), { recursive: true });
  writeFiles(join(folder, 'two/state'), {
    'a.yaml': document('-p tcp --dport 22 -j ACCEPT, -p tcp --dport 80 -j ACCEPT'),
  });
  const ran = fw('two', 'apply', '--auto-approve', '--state-name', 'site');
  expect(ran.status, ran.stderr).toBe(0);
  expect(states().map(({ name }) => name)).toEqual(['site']);
});

test('while its folder is there, or where it also has another namespace, it is another state, and a claim of both is an error', () => {
  const { ns, folder, document, fw } = setUp();
  writeFiles(join(folder, 'two/state'), { 'a.yaml': document('-p tcp --dport 80 -j ACCEPT') });
  const ran = fw('two', 'plan');
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('[state.conflict]');
  const other = makeNamespace();
  writeFiles(join(folder, 'one/state'), { 'b.yaml': document('-j ACCEPT').replace(ns, other) });
  expect(fw('one', 'apply', '--auto-approve').status).toBe(0);
  rmSync(join(folder, 'one'), { recursive: true });
  expect(fw('two', 'plan').stderr).toContain('[state.conflict]');
});
