import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/ruleset/types.ts';
import { DISK_FAULTS, type DiskMachine, makeDiskMachine } from '../support/disk-machine.ts';
import { makeSite } from '../support/fault-site.ts';
import { inNamespace } from '../support/netns.ts';

const machines: DiskMachine[] = [];

afterEach(() => {
  for (const machine of machines.splice(0)) machine.end();
});

async function makePending(backend: Backend) {
  const site = makeSite(backend);
  const machine = await makeDiskMachine(site);
  machines.push(machine);
  expect(machine.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
  return { site, machine };
}

describe.each<Backend>(['nft', 'legacy'])('what fw confirm says of rules that are not live (%s)', (backend) => {
  test('an apply that was taken back on a disk that took no line is not kept', async () => {
    const { site, machine } = await makePending(backend);
    const [harm, mend] = DISK_FAULTS['a disk that is read-only'] as readonly [string, string];
    machine.sh(harm);
    expect(machine.fw('confirm', '--reject').stderr).toContain('cannot be ended');
    machine.sh(mend);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 1, stdout: '' });
    expect(confirmed.stderr).toContain('is not live any more');
    expect(confirmed.stderr).toContain('[apply.not-pending]');
    expect(confirmed.stderr).toContain('Firewall: rolled back and verified.');
    expect(machine.fw('history').stdout).not.toMatch(/^1 /m);
    expect(machine.fw('confirm', '--reject')).toMatchObject({ status: 0 });
    expect(machine.fw('status').stdout).not.toMatch(/Pending|Unfinished/);
    expect(site.isBack()).toBe(true);
  });

  test('what another program took out of it meanwhile is named', async () => {
    const { site, machine } = await makePending(backend);
    expect(inNamespace(site.name, `iptables-${backend}`, ['-F', 'fw-INPUT']).status).toBe(0);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 0, stdout: expect.stringContaining('stays') });
    expect(confirmed.stdout).toContain(`But not as it was applied: ${site.name} ipv4 filter, chain fw-INPUT.`);
  });

  test('nothing is said of rules that others put beside it', async () => {
    const { site, machine } = await makePending(backend);
    expect(inNamespace(site.name, `iptables-${backend}`, ['-A', 'INPUT', '-p', 'udp', '-j', 'ACCEPT']).status).toBe(0);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 0, stdout: expect.stringContaining('stays') });
    expect(confirmed.stdout).not.toContain('But ');
  });
});
