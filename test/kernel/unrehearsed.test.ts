import { describe, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

describe.each(['nft', 'legacy'] as const)('a table that no copy can be made of, on %s', (backend) => {
  test('is a named hazard in the plan, needs its flag, and is applied and verified then', () => {
    const ns = makeNamespace();
    // What the rule counts in exists in this namespace only.
    inNamespace(ns, 'nfacct', ['add', 'web']);
    inNamespace(ns, `iptables-${backend}`, ['-A', 'INPUT', '-m', 'nfacct', '--nfacct-name', 'web']);
    const before = saved(ns, backend, 'ipv4');
    const document = (rule: string) =>
      `namespace: ${ns}\nbackend: ${backend}\ntables: {filter: {INPUT: [${JSON.stringify(rule)}]}}\n`;
    const state = stateFolder({ 'a.yaml': document('-p tcp --dport 22 -j ACCEPT') });
    const common = ['--state', state, '--data-dir', dataFolder()];

    const plan = runBuilt(['plan', ...common]);
    expect(plan.stdout).toContain('! FWG06  a change cannot be rehearsed: filter in');
    expect(plan.stdout).toContain('the accounting object web is outside the rules');

    const refused = runBuilt(['apply', ...common, '--auto-approve']);
    expect(refused.status).toBe(5);
    expect(refused.stderr).toContain('run again with --allow-unrehearsed');
    expect(saved(ns, backend, 'ipv4')).toEqual(before);

    const applied = runBuilt(['apply', ...common, '--auto-approve', '--allow-unrehearsed']);
    expect(applied.status, applied.stderr).toBe(0);
    expect(saved(ns, backend, 'ipv4')).toContain('-A INPUT -m nfacct --nfacct-name  web');
    expect(saved(ns, backend, 'ipv4')).toContain('--dport 22 -j ACCEPT');
    expect(runBuilt(['plan', ...common, '--detailed-exitcode']).status).toBe(0);
  });
});
