import { afterEach, describe, expect, test } from 'vitest';
import { DISK_FAULTS, type DiskMachine, makeDiskMachine, untilBack } from '../support/disk-machine.ts';
import { makeSite } from '../support/fault-site.ts';
import { findProcesses, waitGone } from '../support/programs.ts';

/** All faults at all effects; without it the ones that differ most, at some of them. */
const FULL = process.env.FW_FAULTS === 'full';
const STRIDE = FULL ? 1 : 36;

const machines: DiskMachine[] = [];

afterEach(() => {
  for (const machine of machines.splice(0)) machine.end();
});

async function makeMachine() {
  const site = makeSite('nft');
  const machine = await makeDiskMachine(site);
  machines.push(machine);
  return { site, machine };
}

const HARMS = Object.entries(DISK_FAULTS).filter(([fault]) => FULL || ['a full disk', 'mode 755'].includes(fault));

describe.each([['harm'], ['harm-kill']] as const)(
  'an apply that is not confirmed, and at its nth effect: %s',
  (mode) => {
    test.each(HARMS)(
      '%s: without any further command everything is as before in the end',
      async (fault, [harm]) => {
        for (let n = mode === 'harm' ? 7 : 19; ; n += STRIDE) {
          const { site, machine } = await makeMachine();
          const ran = machine.faulted(`${mode}:${n}`, harm, 'apply', '--auto-approve', '--confirm', '2s');
          const where = `${fault}, ${mode} at effect ${n}, ${ran.hit}: exit ${ran.status}\n${ran.stderr}`;
          if (ran.hit === undefined) {
            expect(ran, where).toMatchObject({ status: 0 });
            await untilBack(site, where);
            break;
          }
          expect([null, 0, 1, 8], where).toContain(ran.status);
          if (ran.status === 0) expect(ran.stdout, where).toContain('Goes back by itself in 2 s');
          if (ran.status === 1) expect(ran.stderr, where).toMatch(/unchanged/i);
          if (ran.status === 8) expect(ran.stderr, where).toMatch(/rolled back and verified/i);
          if (ran.status === 8 || ran.status === 1) expect(site.isBack(), where).toBe(true);
          await untilBack(site, where);
        }
      },
      3_600_000,
    );
  },
);

test('the watchdog is killed at the nth effect: what says that it goes back by itself goes back by itself', async () => {
  for (let n = 5; ; n += FULL ? 1 : 9) {
    const { site, machine } = await makeMachine();
    const ran = machine.faulted(`lose-watchdog:${n}`, '', 'apply', '--auto-approve', '--confirm', '2s');
    const where = `watchdog killed at effect ${n}, ${ran.hit}: exit ${ran.status}\n${ran.stderr}`;
    expect([0, 1, 8], where).toContain(ran.status);
    // Killed in the moment of the last look, or after it, no process is left to notice; `fw status` does.
    const isWatched = findProcesses('watchdog', site.data).length > 0;
    const isLate = ran.hit === undefined || /^fsync|^spawn flock|^write \{"kind":"pending"/.test(ran.hit);
    if (ran.status === 0 && !isWatched && !site.isBack()) {
      expect(isLate, where).toBe(true);
      expect(machine.fw('status').stdout, where).toMatch(/nobody would bring it back|Unfinished/);
      machine.fw('confirm', '--reject');
    }
    await untilBack(site, where);
    for (const pid of findProcesses('watchdog', site.data)) waitGone(pid);
    if (ran.hit === undefined) break;
  }
}, 3_600_000);
