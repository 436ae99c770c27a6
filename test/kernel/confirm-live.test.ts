import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { DISK_FAULTS, type DiskMachine, makeDiskMachine, untilBack } from '../support/disk-machine.ts';
import { makeSite } from '../support/fault-site.ts';
import { addNamespace, inNamespace, removeNamespace } from '../support/netns.ts';
import { killWatchdog } from '../support/programs.ts';
import { withoutOtherFolders } from '../support/run-built.ts';

const machines: DiskMachine[] = [];

afterEach(() => {
  for (const machine of machines.splice(0)) machine.end();
});

async function makePending(backend: Backend, time = '10m') {
  const site = makeSite(backend);
  const machine = await makeDiskMachine(site);
  machines.push(machine);
  expect(machine.fw('apply', '--auto-approve', '--confirm', time)).toMatchObject({ status: 0 });
  return { site, machine };
}

describe.each<Backend>(['nft', 'legacy'])('what fw confirm says of rules that are not live (%s)', (backend) => {
  test('an apply that was taken back on a disk that took no line is not kept', async () => {
    const { site, machine } = await makePending(backend);
    const [harm, mend] = DISK_FAULTS['a disk that is read-only'] as readonly [string, string];
    machine.sh(harm);
    const rejected = machine.fw('confirm', '--reject');
    const [, id = ''] = /run fw confirm --reject (\S+) --data-dir/.exec(rejected.stderr) ?? [];
    expect(rejected.stderr).toContain('cannot be ended');
    const saysSo = () => {
      const stdout = withoutOtherFolders(machine.fw('status').stdout);
      expect(stdout).toContain(`Pending:    ${id} nothing of it is live any more`);
      expect(stdout).not.toMatch(/goes back|Keep it/);
      expect(JSON.parse(machine.fw('status', '--json').stdout)).toMatchObject({ pending: [{ id, live: false }] });
      expect(machine.fw('recover').stdout).toContain(`End it:  fw confirm --reject ${id}`);
    };
    saysSo();
    machine.sh(mend);
    saysSo();
    const applied = machine.fw('apply', '--auto-approve');
    expect([applied.status, applied.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      7,
      expect.stringContaining(`fw confirm --reject ${id} --data-dir`),
    ]);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 1, stdout: '' });
    expect(confirmed.stderr).toContain('is not live any more');
    expect(confirmed.stderr).toContain('[apply.not-pending]');
    expect(confirmed.stderr).toContain('Firewall: rolled back and verified.');
    expect(machine.fw('history').stdout).not.toMatch(/^1 /m);
    expect(machine.fw('confirm', '--reject', id)).toMatchObject({ status: 0 });
    expect(machine.fw('status').stdout).not.toMatch(/Pending|Unfinished/);
    expect(site.isBack()).toBe(true);
    expect(machine.fw('confirm', '--reject', id)).toMatchObject({ status: 0 });
  });

  test('fw status tells of a return after the deadline that the disk did not take', async () => {
    const { site, machine } = await makePending(backend, '2s');
    const [harm, mend] = DISK_FAULTS['a disk that is read-only'] as readonly [string, string];
    machine.sh(harm);
    await untilBack(site, 'read-only');
    const { stdout } = machine.fw('status');
    expect(stdout).toMatch(/Unfinished: \S+ of \S+ was not confirmed in time\. Nothing of it is live; .* fw recover/);
    expect(machine.fw('plan').stderr).toContain('Nothing of it is live');
    killWatchdog(site.data);
    machine.sh(mend);
    expect(machine.fw('recover')).toMatchObject({ status: 0 });
    expect(machine.fw('status').stdout).not.toMatch(/Pending|Unfinished/);
  });

  test('fw status says that nothing is live in a namespace that was made anew', async () => {
    const { site, machine } = await makePending(backend);
    expect(machine.fw('status').stdout).toContain('goes back in');
    removeNamespace(site.name);
    addNamespace(site.name);
    expect(machine.fw('status').stdout).toContain('nothing of it is live any more');
  });

  test('what another program took out of it meanwhile is named', async () => {
    const { site, machine } = await makePending(backend);
    expect(inNamespace(site.name, `iptables-${backend}`, ['-F', 'fw-INPUT']).status).toBe(0);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 0, stdout: expect.stringContaining('stays') });
    expect(confirmed.stdout).toContain(`But not as it was applied: ${site.name} ipv4 filter, chain fw-INPUT.`);
  });

  test('rules that others put beside it are not reported', async () => {
    const { site, machine } = await makePending(backend);
    expect(inNamespace(site.name, `iptables-${backend}`, ['-A', 'INPUT', '-p', 'udp', '-j', 'ACCEPT']).status).toBe(0);
    const confirmed = machine.fw('confirm');
    expect(confirmed).toMatchObject({ status: 0, stdout: expect.stringContaining('stays') });
    expect(confirmed.stdout).not.toContain('But ');
  });
});
