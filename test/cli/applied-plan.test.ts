import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

test('a saved plan that is applied already says so, with its generation; one that only looks so says that', () => {
  const [ns, data] = [makeNamespace(), dataFolder()];
  const document = `namespace: ${ns}\nsets: {some: {type: hash:ip, entries: [192.0.2.1]}}\ntables: {filter: {INPUT: [-m set --match-set some src -j DROP]}}\n`;
  const folder = stateFolder({ 'state/a.yaml': document });
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data], { cwd: folder });
  const file = join(folder, 'a.fwplan');
  expect(fw('plan', '--out', file)).toMatchObject({ status: 0, stderr: '' });
  expect(fw('apply', file)).toMatchObject({ status: 0, stderr: '' });
  inNamespace(ns, 'iptables', ['-A', 'OUTPUT', '-j', 'ACCEPT']);
  const again = fw('apply', file);
  expect(again.status).toBe(4);
  expect(again.stderr.replaceAll(/\s+/g, ' ')).toContain('has nothing left to do: already applied as generation 1');
  expect(again.stderr).toContain('Firewall: unchanged.');
  const elsewhere = runBuilt(['apply', file, '--data-dir', dataFolder()], { cwd: folder });
  expect(elsewhere.status).toBe(4);
  expect(elsewhere.stderr.replaceAll(/\s+/g, ' ')).toContain('all that it changes is live already');
  inNamespace(ns, 'iptables', ['-F', 'fw-INPUT']);
  const moved = fw('apply', file);
  expect(moved.status).toBe(4);
  expect(moved.stderr).toContain('no longer matches the live rules');
});
