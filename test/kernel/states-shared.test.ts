import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const YES = ['--auto-approve', '--allow-mass-removal'];

/** Two states of one data folder, each about a namespace and an owner of its own. */
function twoStates(backend: Backend) {
  const [data, root] = [dataFolder(), stateFolder({})];
  const spaces = { one: makeNamespace('one'), two: makeNamespace('two') };
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--no-color']);
  const write = (name: 'one' | 'two', port: number, folder: string = name) =>
    writeFiles(root, {
      [`${folder}/a.yaml`]: `state: ${name}\nnamespace: ${spaces[name]}\nbackend: ${backend}\nowner: ${name}\ntables: {filter: {INPUT: [-p tcp --dport ${port} -j ACCEPT]}}\n`,
    });
  const apply = (folder: string) => fw('apply', '--state', join(root, folder), ...YES);
  const flush = (name: 'one' | 'two') => {
    const program = backend === 'nft' ? 'iptables-nft' : 'iptables-legacy';
    for (const words of [['-F'], ['-X']]) inNamespace(spaces[name], program, words);
  };
  const live = (name: 'one' | 'two') => saved(spaces[name], backend, 'ipv4');
  write('one', 81);
  write('two', 82);
  expect(apply('one')).toMatchObject({ status: 0 });
  expect(apply('two')).toMatchObject({ status: 0 });
  return { data, root, spaces, fw, write, apply, flush, live };
}

describe.each(BACKENDS)('two states of one data folder on %s', (backend) => {
  test('are both loaded at boot, drift both, and both have their names in blame and in the history', () => {
    const { spaces, fw, flush, live } = twoStates(backend);
    flush('one');
    flush('two');
    expect(live('one')).not.toContain('--dport 81');
    const drift = fw('drift');
    expect(drift.status).toBe(2);
    expect(drift.stdout).toContain('--dport 81');
    expect(drift.stdout).toContain('--dport 82');
    expect(fw('rollback', '--to', 'last', ...YES)).toMatchObject({ status: 0 });
    expect(live('one')).toContain('--dport 81');
    expect(live('two')).toContain('--dport 82');
    expect(fw('drift')).toMatchObject({ status: 0 });
    const blamed = fw('blame', `${spaces.one}/ipv4/filter/one-INPUT`);
    expect(blamed).toMatchObject({ status: 0 });
    expect(blamed.stdout).toMatch(/a\.yaml:5/);
    const [head = '', first = '', second = ''] = fw('history')
      .stdout.split('\n')
      .slice(0, 4)
      .filter((line) => !line.startsWith('0 '));
    expect(head).toMatch(/ state +from$/);
    expect(first).toMatch(/ one +\S+$/);
    expect(second).toMatch(/ two +\S+$/);
  });

  test('stay apart in an apply of a part, and in two applies at once', async () => {
    const { data, spaces, root, fw, write, live } = twoStates(backend);
    write('one', 91);
    const part = fw('apply', '--state', join(root, 'one'), '--namespace', spaces.one, ...YES);
    expect(part).toMatchObject({ status: 0 });
    expect(live('one')).toContain('--dport 91');
    expect(live('two')).toContain('--dport 82');
    expect(fw('drift')).toMatchObject({ status: 0 });
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(live('one')).toContain('--dport 81');
    expect(live('two')).toContain('--dport 82');
    write('one', 95);
    write('two', 96);
    const words = (name: string) => ['apply', '--state', join(root, name), '--data-dir', data, '--lock-timeout', '50s'];
    const run = promisify(execFile);
    await Promise.all(['one', 'two'].map((name) => run(process.execPath, [BUILT, ...words(name), ...YES])));
    expect(live('one')).toContain('--dport 95');
    expect(live('two')).toContain('--dport 96');
    expect(fw('drift')).toMatchObject({ status: 0 });
  });

  test('that an older fw applied are there after an upgrade: history, drift, boot, rollback', () => {
    const [ns, data, root] = [makeNamespace('older'), dataFolder(), stateFolder({})];
    mkdirSync(join(data, 'generations'), { mode: 0o700 });
    for (const name of ['1.json', '2.json']) {
      const text = readFileSync(new URL(`../support/generations-1/${name}`, import.meta.url), 'utf8');
      const filled = text.replace('NAMESPACE', ns).replace('BACKEND', backend);
      writeFileSync(join(data, 'generations', name), filled, { mode: 0o600 });
    }
    const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--no-color'], { cwd: root });
    const live = () => saved(ns, backend, 'ipv4');
    expect(fw('history').stdout).toMatch(/\n1 .* one\n2 .* two\n/);
    const drift = fw('drift');
    expect(drift.status).toBe(2);
    expect(drift.stdout).toContain('--dport 81');
    expect(drift.stdout).toContain('--dport 82');
    expect(fw('rollback', '--to', 'last', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain('--dport 81');
    expect(live()).toContain('--dport 82');
    expect(fw('drift')).toMatchObject({ status: 0 });
    writeFiles(root, {
      'two/a.yaml': `namespace: ${ns}\nbackend: ${backend}\nfamily: ipv4\nowner: two\ntables: {filter: {INPUT: [-p tcp --dport 92 -j ACCEPT]}}\n`,
    });
    expect(fw('apply', '--state', 'two', '--state-name', 'named', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain('--dport 92');
    expect(live()).not.toContain('--dport 82');
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain('--dport 81');
    expect(live()).toContain('--dport 82');
  });
});

test('a state of the same name from another path is the same state, with a notice', () => {
  const { fw, write, apply, live } = twoStates('nft');
  write('one', 81, 'elsewhere/one');
  const moved = apply('elsewhere/one');
  expect(moved).toMatchObject({ status: 0 });
  expect(`${moved.stdout}${moved.stderr}`.replaceAll(/\s+/g, ' ')).toContain('The state one was last applied from ');
  write('one', 83, 'elsewhere/one');
  expect(apply('elsewhere/one')).toMatchObject({ status: 0 });
  expect(live('one')).toContain('--dport 83');
  expect(live('one')).not.toContain('--dport 81');
  expect(JSON.parse(fw('state', 'list', '--json').stdout).states).toHaveLength(2);
});

test('two names in one state are an error with both places', () => {
  const { root, apply, spaces, live } = twoStates('nft');
  writeFileSync(join(root, 'one', 'b.yaml'), `state: other\nnamespace: ${spaces.one}\nowner: more\n`);
  const before = live('one');
  const refused = apply('one');
  expect(refused).toMatchObject({ status: 1 });
  expect(refused.stderr).toMatch(/a\.yaml:1/);
  expect(refused.stderr).toMatch(/b\.yaml:1/);
  expect(live('one')).toBe(before);
});
