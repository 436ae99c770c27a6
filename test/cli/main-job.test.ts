import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { readStream } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function document(namespace: string, port = 'ssh'): string {
  return `namespace: ${namespace}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport ${port} -j ACCEPT\n`;
}

test('plan, apply, plan again, drift by hand, repair', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns) });
  const common = ['--state', state, '--data-dir', dataFolder()];
  const planned = runBuilt(['plan', ...common, '--detailed-exitcode']);
  expect(planned).toMatchObject({ status: 2, stderr: '' });
  expect(planned.stdout).toContain('+ -p tcp -m tcp --dport 22 -j ACCEPT');
  expect(planned.stdout).toMatch(
    /Plan: 4 to add, 0 to change, 0 to remove, 2 new chains\. {2}1 namespace to change\.\n\nTraffic: no new or running connection changes \(proved\)\.\n$/,
  );
  expect(planned.stdout).not.toContain('\u001b');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');

  const refused = runBuilt(['apply', ...common]);
  expect(refused.status).toBe(6);
  expect(refused.stderr).toContain('--auto-approve');
  expect(refused.stderr).toContain('Firewall: unchanged.');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');

  const applied = runBuilt(['apply', ...common, '--auto-approve']);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(applied.stdout).toContain('Generation 1.');
  const again = runBuilt(['plan', ...common, '--detailed-exitcode']);
  expect(again.status).toBe(0);
  expect(again.stdout).toMatch(/^No changes\. 1 namespace matches the state/);

  inNamespace(ns, 'iptables', ['-F', 'fw-INPUT']);
  expect(runBuilt(['plan', ...common, '--detailed-exitcode']).status).toBe(2);
  expect(runBuilt(['apply', ...common, '-auto-approve']).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
});

test('--json writes JSON only, one value a line', () => {
  const ns = makeNamespace();
  const common = ['--state', stateFolder({ 'a.yaml': document(ns) }), '--data-dir', dataFolder(), '--json'];
  const values = readStream(runBuilt(['apply', ...common, '--auto-approve']).stdout);
  expect(values[0]).toMatchObject({ type: 'version' });
  expect(values.at(-1)).toMatchObject({
    type: 'result',
    exit_code: 0,
    changed: true,
    generation: 1,
    summary: { add: 4 },
  });
  const failed = runBuilt(['plan', '--state', join(dataFolder(), 'missing'), '--json']);
  expect(failed.status).toBe(1);
  expect(readStream(failed.stdout).at(-1)).toMatchObject({
    type: 'result',
    exit_code: 1,
    firewall: 'unchanged',
    error: { code: 'state.missing' },
  });
});

test('a generation can be gone back to, and what is left of it is nothing', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': document(ns) });
  const common = ['--data-dir', dataFolder(), '--auto-approve'];
  runBuilt(['apply', '--state', state, ...common]);
  writeFiles(state, { 'a.yaml': document(ns, '23') });
  runBuilt(['apply', '--state', state, ...common]);
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 23');
  const back = runBuilt(['rollback', ...common]);
  expect(back.status).toBe(0);
  expect(back.stdout).toContain('Generation 3.');
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
  expect(saved(ns, 'nft', 'ipv4')).not.toContain('--dport 23');
  expect(runBuilt(['rollback', '9', ...common]).stderr).toContain('there is no generation 9: kept are 1 to 3');
});

test('a namespace whose rules are gone, as after a reboot, gets the last generation back', () => {
  const ns = makeNamespace();
  const common = ['--data-dir', dataFolder(), '--auto-approve'];
  runBuilt(['apply', '--state', stateFolder({ 'a.yaml': document(ns) }), ...common]);
  const before = saved(ns, 'nft', 'ipv4');
  inNamespace(ns, 'nft', ['flush', 'ruleset']);
  expect(runBuilt(['rollback', '--to', 'last', ...common]).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
});
