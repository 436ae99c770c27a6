import { describe, expect, test } from 'vitest';
import { setSteps, tableSteps } from '../../../../src/core/plan/in-order.ts';
import { printStepEdits } from '../../../../src/core/plan/step-edits.ts';
import type { Backend } from '../../../../src/core/rules/types.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, contentOf, failure, planState, STATE } from '../../../support/memory-ports/run-fw.ts';

function hostWith(document: string, backend: Backend = 'nft') {
  const host = new MemoryHost();
  const edge = host.machine.add('edge');
  host.files.set(`${STATE}/a.yaml`, document);
  host.preferred = backend;
  const load = (text: string) => {
    const ran = edge.restore(backend, 'ipv4', text, { noflush: true });
    if (ran.exitCode !== 0) throw new Error(ran.stderr);
  };
  return { host, edge, load, plan: () => planState(host.start().ports) };
}

const INPUT = 'namespace: edge\ntables: {filter: {INPUT: [-p tcp --dport 22 -j ACCEPT, -j DROP]}}\n';

describe.each<Backend>(['nft', 'legacy'])('a plan on %s', (backend) => {
  test('says what a namespace without any rules gets, in the words of the kernel', async () => {
    const { edge, plan } = hostWith(INPUT, backend);
    const before = contentOf(edge);
    const { plan: made } = await plan();
    expect(tableSteps(made).map(({ family, table, backend: of }) => [family, table, of])).toEqual([
      ['ipv4', 'filter', backend],
      ['ipv6', 'filter', backend],
    ]);
    const text = made.steps.map(printStepEdits).join('');
    expect(text).toContain('-A fw-INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A fw-INPUT -j DROP\n');
    expect(contentOf(edge)).toBe(before);
  });

  test('is empty after an apply, and has one change after one edit', async () => {
    const { host, edge, plan } = hostWith(INPUT, backend);
    expect(await applyAll(host.start().ports)).toMatchObject({ generation: 1 });
    expect((await plan()).plan.steps).toEqual([]);
    host.files.set(`${STATE}/a.yaml`, INPUT.replace('--dport 22', '--dport 2222'));
    const { plan: made } = await plan();
    expect(tableSteps(made).map(({ family }) => family)).toEqual(['ipv4', 'ipv6']);
    await applyAll(host.start().ports);
    expect((await plan()).plan.steps).toEqual([]);
    expect(contentOf(edge)).toContain('-A fw-INPUT -p tcp -m tcp --dport 2222 -j ACCEPT');
  });

  test('leaves rules, counters and chains of others alone', async () => {
    const { host, edge, load, plan } = hostWith(INPUT, backend);
    load(
      '*filter\n:INPUT DROP [5:50]\n:docker - [0:0]\n[7:70] -A INPUT -s 10.0.0.1/32 -j docker\n[1:2] -A docker -j RETURN\nCOMMIT\n',
    );
    await applyAll(host.start().ports);
    const text = contentOf(edge);
    expect(text).toContain(':INPUT DROP [5:50]');
    expect(text).toContain('[7:70] -A INPUT -s 10.0.0.1/32 -j docker');
    expect(text).toContain('[1:2] -A docker -j RETURN');
    expect((await plan()).plan.steps).toEqual([]);
  });

  test('names the rule that iptables refuses, with its place and the words of iptables', async () => {
    const { plan } = hostWith(INPUT.replace('-j DROP', '-j nowhere'), backend);
    const error = await failure(plan());
    expect(error).toMatchObject({ code: 'state.invalid', firewall: 'unchanged' });
    expect(error.diagnostics.map(({ span }) => span?.file)).toEqual([`${STATE}/a.yaml`]);
  });

  test('has sets of both families before the rules that ask them', async () => {
    const { host, edge, plan } = hostWith(
      'namespace: edge\nsets:\n  bad: {type: hash:net, entries: [10.0.0.0/8, "2001:db8::/32"]}\ntables: {filter: {INPUT: [-m set --match-set bad src -j DROP]}}\n',
      backend,
    );
    const { plan: made } = await plan();
    expect(setSteps(made).map(({ set, change }) => [set, change])).toEqual([
      ['fw-bad', 'create'],
      ['fw-bad-6', 'create'],
    ]);
    await applyAll(host.start().ports);
    expect(contentOf(edge)).toContain('-A fw-INPUT -m set --match-set fw-bad-6 src -j DROP');
    expect(contentOf(edge)).toContain('add fw-bad-6 2001:db8::/32');
    expect((await plan()).plan.steps).toEqual([]);
  });
});

test('a rule that iptables-save shows otherwise than it is keeps its table from being planned', async () => {
  const { host, edge, plan } = hostWith(INPUT);
  const load = edge.restore('nft', 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n', { noflush: true });
  expect(load.exitCode).toBe(0);
  const rule = edge.table('nft', 'ipv4', 'filter')?.chains.get('INPUT')?.rules[0];
  if (rule !== undefined) Object.assign(rule, { native: 'tcp dport { 22, 80 } accept' });
  expect(await failure(plan())).toMatchObject({ code: 'live.untruthful', firewall: 'unchanged' });
  expect(host.disk.journals.size).toBe(0);
});
