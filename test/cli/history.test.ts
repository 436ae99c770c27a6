import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function document(namespace: string, rules: readonly string[]): string {
  return `namespace: ${namespace}\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n${rules.map((rule) => `      - ${rule}\n`).join('')}`;
}

test('drift is what came and went since the last apply, whatever the files say now', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns, ['-p tcp --dport 22 -j ACCEPT', '-p tcp --dport 23 -j ACCEPT']) });
  const data = ['--data-dir', dataFolder()];
  expect(runBuilt(['drift', ...data]).stderr).toContain('none is kept yet');
  expect(runBuilt(['history', ...data]).stdout).toContain('No generation yet');
  runBuilt(['apply', '--state', state, '--auto-approve', ...data]);
  writeFiles(state, { 'a.yaml': document(ns, ['-j DROP']) });
  const none = runBuilt(['drift', ...data]);
  expect(none.status).toBe(0);
  expect(none.stdout).toMatch(/^No changes\. 1 namespace matches generation 1/);
  inNamespace(ns, 'iptables', ['-D', 'INPUT', '1']);
  inNamespace(ns, 'iptables', ['-I', 'INPUT', '1', '-s', '203.0.113.9', '-j', 'ACCEPT']);
  const drifted = runBuilt(['drift', ...data]);
  expect(drifted.status).toBe(2);
  expect(drifted.stdout).toContain('- -p tcp -m tcp --dport 22 -j ACCEPT');
  expect(drifted.stdout).toContain('+ -s 203.0.113.9/32 -j ACCEPT');
  expect(drifted.stdout).toMatch(/Drift: 1 came, 1 went\. {2}1 namespace drifted\.\nSince generation 1, applied 20/);
  const history = runBuilt(['history', ...data])
    .stdout.trimEnd()
    .split('\n');
  expect(history).toHaveLength(3);
  expect(history[2]).toMatch(/^1 {2}20.* {2}\+4 ~0 >0 -0 /);
});

test('blame names the apply, and the line of the state, that brought a rule', () => {
  const ns = makeNamespace();
  const data = ['--data-dir', dataFolder()];
  const state = stateFolder({ 'a.yaml': document(ns, ['-p tcp --dport 22 -j ACCEPT']) });
  runBuilt(['apply', '--state', state, '--auto-approve', ...data]);
  writeFiles(state, { 'a.yaml': document(ns, ['-p tcp --dport 22 -j ACCEPT', '-p tcp --dport 23 -j ACCEPT']) });
  runBuilt(['apply', '--state', state, '--auto-approve', ...data]);
  inNamespace(ns, 'iptables', ['-A', 'INPUT', '-s', '203.0.113.9', '-j', 'ACCEPT']);
  const lines = runBuilt(['blame', `${ns}/ipv4/filter/INPUT`, ...data])
    .stdout.trimEnd()
    .split('\n');
  expect(lines[0]).toBe(`${ns} ipv4 filter INPUT, as it is in the kernel`);
  expect(lines[2]).toMatch(/^1 {2}1 .*a\.yaml:6 +0 +0 +-p tcp -m tcp --dport 22 -j ACCEPT$/);
  expect(lines[3]).toMatch(/^2 {2}2 .*a\.yaml:7 +0 +0 +-p tcp -m tcp --dport 23 -j ACCEPT$/);
  expect(lines[4]).toMatch(/^3 {2}- .*nobody that fw knows +0 +0 +-s 203\.0\.113\.9\/32 -j ACCEPT$/);
  expect(lines[5]).toMatch(/^- {2}1 .* policy ACCEPT$/);
  expect(runBuilt(['blame', `${ns}/ipv4/filter/INPTU`, ...data]).stderr).toContain('Did you mean INPUT?');
});

test('blame shows a chain as the kernel has it: rules by hand, jumps, the policy, and what each counted', () => {
  const ns = makeNamespace();
  const data = ['--data-dir', dataFolder()];
  const state = stateFolder({ 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-i lo -j ACCEPT]}}\n` });
  runBuilt(['apply', '--state', state, '--auto-approve', ...data]);
  inNamespace(ns, 'iptables', ['-I', 'INPUT', '-p', 'icmp', '-j', 'DROP']);
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  inNamespace(ns, 'ping', ['-c', '1', '-W', '1', '127.0.0.1']);
  const blame = (...more: readonly string[]) => runBuilt(['blame', `${ns}/ipv4/filter/INPUT`, ...data, ...more]).stdout;
  const lines = blame().trimEnd().split('\n');
  expect(lines[0]).toBe(`${ns} ipv4 filter INPUT, as it is in the kernel`);
  expect(lines[2]).toMatch(/^1 {2}- +nobody that fw knows +1 +84 +-p icmp -j DROP$/);
  expect(lines[3]).toMatch(/^2 {2}1 .* -j fw-INPUT$/);
  expect(lines[4]).toMatch(/^- .*the kernel .* policy ACCEPT$/);
  expect(lines[6]).toBe(`${ns} ipv4 filter fw-INPUT, by its name the INPUT of fw`);
  expect(lines[8]).toMatch(/^1 {2}1 .*a\.yaml:2 +\d+ +\d+ +-i lo -j ACCEPT$/);
  for (const line of blame('--json').trimEnd().split('\n')) expect(faultsOf('blame', JSON.parse(line))).toEqual([]);
});

test('any two of generations, plans, states, revisions and live can be compared', () => {
  const ns = makeNamespace();
  const data = ['--data-dir', dataFolder()];
  const folder = stateFolder({ 'state/a.yaml': document(ns, ['-p tcp --dport 22 -j ACCEPT']) });
  const inFolder = { cwd: folder };
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...words]);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  runBuilt(['apply', '--auto-approve', ...data], inFolder);
  writeFiles(folder, { 'state/a.yaml': document(ns, ['-p tcp --dport 23 -j ACCEPT']) });
  runBuilt(['plan', '--out', 'next.fwplan', ...data], inFolder);
  const expected = '--dport 22 -> 23';
  for (const sides of [
    ['1', 'state'],
    ['last', 'next.fwplan'],
    ['state@HEAD', 'state'],
  ]) {
    const ran = runBuilt(['diff', ...sides, ...data], inFolder);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain(expected);
  }
  expect(runBuilt(['diff', 'state@HEAD', 'last', ...data], inFolder).stdout).toContain('No changes.');
  expect(runBuilt(['diff', 'last', 'live', ...data], inFolder).stdout).toContain('No changes.');
  expect(runBuilt(['diff', 'next.fwplan', 'live', ...data], inFolder).stdout).toContain('--dport 23 -> 22');
  expect(runBuilt(['diff', 'state@nope', 'last', ...data], inFolder).status).toBe(1);
});

test('a plan tells what a document declared that is not there any more, and the advice takes it away', () => {
  const [one, two] = [makeNamespace('one'), makeNamespace('two')];
  const document = (ns: string, owner: string, rules: string) =>
    `namespace: ${ns}\nowner: ${owner}\ntables: {filter: {INPUT: ${rules}}}\n`;
  const [data, folder] = [dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) =>
    runBuilt([...args, '--no-color', '--data-dir', data, '--state', 'state'], { cwd: folder });
  const chains = (name: string) => inNamespace(name, 'iptables-nft-save', []).stdout.match(/^:\S+(?= - )/gm) ?? [];
  writeFiles(folder, {
    'state/a.yaml': document(one, 'fw', '[-j ACCEPT]'),
    'state/b.yaml': document(one, 'team', '[-p tcp -j ACCEPT]'),
    'state/c.yaml': document(two, 'fw', '[-j ACCEPT]'),
  });
  expect(fw('apply', '--auto-approve')).toMatchObject({ status: 0, stderr: '' });
  rmSync(join(folder, 'state/b.yaml'));
  rmSync(join(folder, 'state/c.yaml'));
  const told = fw('plan', '--detailed-exitcode');
  expect(told.status).toBe(0);
  const text = `${told.stdout}${told.stderr}`.replaceAll(/\s+/g, ' ');
  expect(text).toContain(`what generation 1 had in ${one}, so it stays: what the owner team declared`);
  expect(text).toContain(`No document is about ${two} any more; what generation 1 declared there stays: 2 chains`);
  expect(chains(two)).toEqual([':fw-INPUT']);
  writeFiles(folder, { 'state/b.yaml': document(one, 'team', '[]'), 'state/c.yaml': document(two, 'fw', '[]') });
  expect(fw('apply', '--auto-approve', '--allow-empty', '--allow-mass-removal')).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect([chains(one), chains(two)]).toEqual([[':fw-INPUT'], []]);
  rmSync(join(folder, 'state/b.yaml'));
  rmSync(join(folder, 'state/c.yaml'));
  expect(fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0, stderr: '' });
});
