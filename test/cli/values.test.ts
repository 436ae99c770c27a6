import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { type BuiltOptions, runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const document = (namespace: string) =>
  `namespace: ${namespace}\nvalues: {port: 22, who: [10.0.0.0/8]}\nuse:\n  - {template: ssh, with: {port: $port, who: $who}}\n`;
const template = (target: string) =>
  'parameters: {port: {type: port}, who: {type: list of cidr}}\n' +
  `tables: {filter: {INPUT: [-s $who -p tcp -m tcp --dport $port -j ${target}]}}\n`;

function site() {
  const namespace = makeNamespace();
  const root = stateFolder({ 'state/a.yaml': document(namespace), 'templates/ssh.yaml': template('ACCEPT') });
  const data = dataFolder();
  const run = (args: readonly string[], options: BuiltOptions = {}) =>
    runBuilt([...args, '--data-dir', data], { cwd: root, ...options });
  return { root, run };
}

test('values from flags, files and the environment reach the rules; each stands above the one before', () => {
  const { root, run } = site();
  writeFiles(root, { 'site.yaml': 'port: 2222\nwho: [10.1.0.0/16, 10.2.0.0/16]\n' });
  const rules = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    [...run(['plan', ...args], { env }).stdout.matchAll(/-s (\S+) .*--dport (\d+)/g)].map(
      ([, who, port]) => `${who} ${port}`,
    );
  expect(rules([])).toEqual(['10.0.0.0/8 22']);
  expect(rules(['--var-file', 'site.yaml'])).toEqual(['10.1.0.0/16 2222', '10.2.0.0/16 2222']);
  expect(rules(['--var-file', 'site.yaml', '--var', 'port=24', '--var', 'who=[10.3.0.0/16]'])).toEqual([
    '10.3.0.0/16 24',
  ]);
  expect(rules([], { FW_VAR: 'port=25\nwho=[10.4.0.0/16, 10.5.0.0/16]' })).toEqual([
    '10.4.0.0/16 25',
    '10.5.0.0/16 25',
  ]);
  expect(rules([], { FW_VAR_FILE: 'site.yaml' })).toHaveLength(2);
  expect(run(['plan']).stdout).toContain('state/a.yaml:4 (ssh.yaml:2)');
});

test('a wrong value ends before anything is read from the kernel', () => {
  const { run } = site();
  expect(run(['validate', '--var', 'port']).status).toBe(64);
  const unknown = run(['validate', '--var', 'prot=22']);
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain('Did you mean `port`?');
  const wrong = run(['apply', '--auto-approve', '--var', 'port=70000']);
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toContain('`70000` is no port');
  expect(wrong.stderr).toContain('templates/ssh.yaml:1:14');
  expect(wrong.stderr).toContain('Firewall: unchanged.');
  expect(run(['plan', '--var-file', 'nowhere.yaml']).status).toBe(1);
});

test('an apply with values is followed by an empty plan with the same values', () => {
  const { run } = site();
  expect(run(['apply', '--auto-approve', '--var', 'port=24']).status).toBe(0);
  expect(run(['plan', '--detailed-exitcode', '--var', 'port=24']).status).toBe(0);
  expect(run(['plan', '--detailed-exitcode']).status).toBe(2);
});

test('fw diff of a git revision takes the templates of that revision', () => {
  const { root, run } = site();
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root, encoding: 'utf8' });
  git('init', '-q');
  git('add', '.');
  expect(git('commit', '-qm', 'one').status).toBe(0);
  expect(run(['diff', 'state@HEAD', 'state']).stdout).toContain('No changes.');
  writeFiles(root, { 'templates/ssh.yaml': template('DROP') });
  expect(run(['diff', 'state@HEAD', 'state']).stdout).toMatch(/ACCEPT.*DROP/s);
  // The folder of the state itself comes first, at a revision as well.
  writeFiles(root, { 'state/_templates/ssh.yaml': template('REJECT') });
  git('add', '.');
  git('commit', '-qm', 'two');
  expect(run(['diff', 'state@HEAD', 'state']).stdout).toContain('No changes.');
});
