import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { DISK_FAULTS, type DiskMachine, GONE, makeDiskMachine, preloaded, untilBack } from '../support/disk-machine.ts';
import { FIRST_RESTORE, paused, resume, waitReached } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { findProcesses, killWatchdog, waitGone } from '../support/programs.ts';

const machines: DiskMachine[] = [];

afterEach(() => {
  for (const machine of machines.splice(0)) machine.end();
});

async function makeMachine(backend: Backend) {
  const site = makeSite(backend);
  const machine = await makeDiskMachine(site);
  machines.push(machine);
  return { site, machine };
}

function waitForWatchdog(data: string): void {
  for (const pid of findProcesses('watchdog', data)) waitGone(pid);
}

/** The ones that differ in what fw does; all of them with FW_FAULTS=full. */
const TYPICAL: readonly string[] = ['a full disk', 'a disk that is read-only', 'mode 755'];
const ALL = Object.entries(DISK_FAULTS);
const SOME = process.env.FW_FAULTS === 'full' ? ALL : ALL.filter(([fault]) => TYPICAL.includes(fault));

const JOURNALS = 'cat "$1"/journal/*';

describe.each<Backend>(['nft', 'legacy'])('what becomes of the data folder while an apply waits (%s)', (backend) => {
  test('the deadline fires all the same, and the end is recorded as soon as that is possible', async () => {
    const waiting = [];
    for (const [fault, [harm, mend]] of backend === 'nft' ? ALL : SOME) {
      const { site, machine } = await makeMachine(backend);
      expect(machine.fw('apply', '--auto-approve', '--confirm', '2s'), fault).toMatchObject({ status: 0 });
      machine.sh(harm);
      waiting.push({ fault, mend, site, machine });
    }
    for (const { fault, mend, site, machine } of waiting) {
      await untilBack(site, fault);
      machine.sh(mend);
      waitForWatchdog(site.data);
      expect(machine.sh(JOURNALS), fault).toMatch(/"outcome":"rolled-back","why":"not confirmed"/);
      expect(machine.fw('recover'), fault).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to') });
      expect(machine.fw('plan', '--detailed-exitcode'), fault).toMatchObject({ status: 2 });
    }
  });
});

test('also where nothing is left of the data folder, and then the watchdog ends', async () => {
  const waiting = [];
  for (const [fault, harm] of Object.entries(GONE)) {
    const { site, machine } = await makeMachine('nft');
    expect(machine.fw('apply', '--auto-approve', '--confirm', '2s'), fault).toMatchObject({ status: 0 });
    machine.sh(harm);
    waiting.push({ fault, site });
  }
  for (const { fault, site } of waiting) {
    await untilBack(site, fault);
    waitForWatchdog(site.data);
  }
});

test('fw is killed in the middle of its writes with a data folder like that: everything goes back at once', async () => {
  for (const [fault, [harm, mend]] of SOME) {
    // The kernel makes no disk read-only on which fw writes; that it fails is a test of its own (faults-eio).
    if (fault === 'a disk that is read-only') continue;
    const { site, machine } = await makeMachine('nft');
    const { pipes, env } = paused(FIRST_RESTORE);
    const fw = machine.start([...preloaded(), 'apply', '--auto-approve'], env);
    const gone = once(fw, 'exit');
    await waitReached(pipes);
    machine.sh(harm);
    fw.kill('SIGKILL');
    await resume(pipes);
    await gone;
    await untilBack(site, fault);
    machine.sh(mend);
    waitForWatchdog(site.data);
    expect(machine.sh(JOURNALS), fault).toMatch(/"outcome":"rolled-back","why":"died"/);
    expect(machine.fw('recover'), fault).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to') });
  }
});

/** The journal cannot be found through a link; a user who takes it away can go on. */
const HIDDEN = 'a link in the place of the journal folder';
const NOTHING_IS_WRITTEN: readonly string[] = ['a full disk', 'a disk that is read-only'];

test('fw confirm --reject goes back now and says what cannot be recorded', async () => {
  for (const [fault, [harm, mend]] of SOME) {
    const { site, machine } = await makeMachine('nft');
    machine.fw('apply', '--auto-approve', '--confirm', '10m');
    machine.sh(harm);
    if (fault === HIDDEN) {
      expect(machine.fw('confirm', '--reject'), fault).toMatchObject({ status: 1 });
      machine.sh(mend);
    }
    const rejected = machine.fw('confirm', '--reject');
    expect(rejected, fault).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified (rejected)'),
    });
    expect(site.isBack(), fault).toBe(true);
    const isOpen = NOTHING_IS_WRITTEN.includes(fault);
    expect(rejected.stderr.includes('cannot be ended'), fault).toBe(isOpen);
    if (fault.startsWith('mode')) expect(rejected.stderr, fault).toMatch(/Warning: .*chmod/);
    if (isOpen) {
      machine.sh(mend);
      expect(machine.fw('confirm', '--reject'), fault).toMatchObject({ status: 0 });
    }
    waitForWatchdog(site.data);
    expect(machine.fw('confirm', '--reject'), fault).toMatchObject({ status: 1 });
  }
});

test('fw confirm keeps the apply, or says that it is not confirmed, and then it goes back', async () => {
  for (const [fault, [harm]] of SOME) {
    if (fault === HIDDEN) continue;
    const { site, machine } = await makeMachine('nft');
    const isLost = NOTHING_IS_WRITTEN.includes(fault);
    machine.fw('apply', '--auto-approve', '--confirm', isLost ? '4s' : '10m');
    machine.sh(harm);
    const confirmed = machine.fw('confirm');
    if (!isLost) {
      expect(confirmed, fault).toMatchObject({ status: 0, stdout: expect.stringContaining('Confirmed') });
      waitForWatchdog(site.data);
      expect(site.isBack(), fault).toBe(false);
      continue;
    }
    expect(confirmed, fault).toMatchObject({ status: 1, stderr: expect.stringContaining('is not confirmed') });
    await untilBack(site, fault);
  }
});

test('fw recover goes back with a data folder like that, after fw and its watchdog were killed', async () => {
  for (const [fault, [harm, mend]] of SOME) {
    if (fault === HIDDEN) continue;
    const { site, machine } = await makeMachine('nft');
    machine.fw('apply', '--auto-approve', '--confirm', '6s');
    killWatchdog(site.data);
    machine.sh(harm);
    while (!machine.fw('status').stdout.includes('Unfinished:')) machine.sh('sleep 0.2');
    const recovered = machine.fw('recover');
    expect(recovered, fault).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('is rolled back and verified'),
    });
    expect(recovered.stderr.includes('cannot be ended'), fault).toBe(NOTHING_IS_WRITTEN.includes(fault));
    expect(site.isBack(), fault).toBe(true);
    machine.sh(mend);
    expect(machine.fw('recover'), fault).toMatchObject({ status: 0 });
    expect(machine.fw('status').stdout, fault).not.toMatch(/Pending|Unfinished/);
  }
});
