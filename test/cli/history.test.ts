import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
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
  expect(history).toHaveLength(2);
  expect(history[1]).toMatch(/^1 {2}20.* {2}\+4 ~0 >0 -0 /);
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
  expect(lines[1]).toMatch(/^1 {2}1 .*a\.yaml:6 +-p tcp -m tcp --dport 22 -j ACCEPT$/);
  expect(lines[2]).toMatch(/^2 {2}2 .*a\.yaml:7 +-p tcp -m tcp --dport 23 -j ACCEPT$/);
  expect(lines[3]).toMatch(/^3 {2}- .*nobody that fw knows .*-s 203\.0\.113\.9\/32 -j ACCEPT$/);
  expect(runBuilt(['blame', `${ns}/ipv4/filter/INPTU`, ...data]).stderr).toContain('Did you mean INPUT?');
});
