import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Generation } from '../../src/core/generation/types.ts';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function document(namespace: string, port: number): string {
  return (
    `namespace: ${namespace}\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-p tcp --dport ${port} -j ACCEPT]\n` +
    `  mangle:\n    INPUT: [-p tcp --dport ${port} -j MARK --set-mark 1]\n`
  );
}

test('a part is planned and applied, and the generation stays whole', () => {
  const [a, b] = [makeNamespace('a'), makeNamespace('b')];
  const state = stateFolder({ 'a.yaml': document(a, 1), 'b.yaml': document(b, 1) });
  const data = dataFolder();
  const common = ['--state', state, '--data-dir', data];
  const apply = [...common, '--auto-approve', '--allow-foreign-removal'];
  expect(runBuilt(['plan', ...common, '--namespace', a]).stdout).not.toContain(b);
  expect(runBuilt(['apply', ...apply]).status).toBe(0);
  writeFiles(state, { 'a.yaml': document(a, 2), 'b.yaml': document(b, 2) });
  const one = runBuilt(['plan', ...common, '--target', `${a}/ipv4/filter`]);
  expect(one.stdout).toContain('Plan: 0 to add, 1 to change, 0 to remove.  1 namespace to change.');
  expect(runBuilt(['plan', ...common, '--exclude', `${a}/ipv4`, '--table', 'filter']).stdout).toContain('3 to change');
  expect(runBuilt(['apply', ...apply, '--target', `${a}/ipv4/filter`]).status).toBe(0);
  expect(saved(a, 'nft', 'ipv4')).toContain('-A INPUT -p tcp -m tcp --dport 2 -j ACCEPT');
  expect(saved(a, 'nft', 'ipv4')).toContain('--dport 1 -j MARK');
  expect(saved(a, 'nft', 'ipv6')).toContain('-A INPUT -p tcp -m tcp --dport 1 -j ACCEPT');
  expect(saved(b, 'nft', 'ipv4')).not.toContain('--dport 2');
  expect(readdirSync(join(data, 'generations')).sort()).toEqual(['1.json', '2.json', 'before.json']);
  const kept = JSON.parse(readFileSync(join(data, 'generations/2.json'), 'utf8')) as Generation;
  expect(kept.states.flatMap((one) => one.namespaces).flatMap(({ claims }) => claims)).toHaveLength(8);
  expect(runBuilt(['drift', '--data-dir', data]).status).toBe(0);
});

test('a selection that is none is a usage error', () => {
  const state = stateFolder({ 'a.yaml': document(makeNamespace(), 1) });
  const common = ['--state', state, '--data-dir', dataFolder()];
  for (const wrong of [
    ['--target', 'a/ipv5'],
    ['--target', 'a/ipv4/filter/INPUT'],
    ['--table', 'filters'],
    ['--namespace', 'nope'],
  ]) {
    expect(runBuilt(['plan', ...common, ...wrong]).status).toBe(64);
  }
});
