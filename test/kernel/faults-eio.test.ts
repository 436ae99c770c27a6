import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { makeFailingDisk } from '../support/failing-disk.ts';
import { makeSite } from '../support/fault-site.ts';
import { saved } from '../support/netns.ts';
import { findProcesses, killNow, waitGone } from '../support/programs.ts';

/** Every effect with `FW_FAULTS=full`; without it each seventeenth, from another one on for each way to fail. */
const STEP = process.env.FW_FAULTS === 'full' ? 1 : 17;

/** Looks at live rules again and again; nothing tells this process when another one has written them. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 90_000; !isSo(); ) {
    if (Date.now() > end) throw new Error('the rules did not go back');
    await sleep(100);
  }
}

describe.each<Backend>(['nft', 'legacy'])('a data folder on a disk that fails (EIO), %s', (backend) => {
  test.each([
    ['takes no writes', 'write', 2],
    ['answers nothing', 'all', 5],
  ])(
    'from its nth effect on it %s: all is as before or as planned, and the exit number says which',
    async (_, kind, first) => {
      const disk = await makeFailingDisk();
      for (let n = first; ; n += STEP) {
        const site = makeSite(backend);
        const words = ['--state', site.state];
        disk.become(`${kind} ${n}`);
        const ran = disk.fw('apply', '--auto-approve', '--timeout', '20s', ...words);
        const effects = disk.effects();
        disk.become('ok');
        const kept = ran.status === 0;
        expect([0, 1, 8], ran.stderr).toContain(ran.status);
        expect(ran.stderr).not.toContain('internal.bug');
        if (!kept) expect(site.isBack(), `${n} ${effects.at(-1)} ${ran.stderr}`).toBe(true);
        if (ran.status === 1) expect(ran.stderr).toMatch(/Firewall: (unchanged|rolled back and verified)/);
        const again = disk.fw('apply', '--auto-approve', ...words);
        expect(again.status, again.stderr).toBe(0);
        expect(saved(site.name, backend, 'ipv4')).toContain('-A INPUT -j fw-INPUT');
        expect(disk.fw('plan', '--detailed-exitcode', ...words).status).toBe(0);
        expect(disk.fw('status').stdout).not.toContain('died');
        if (kept && effects.length <= n) break;
      }
    },
    1_200_000,
  );

  test.each([
    ['takes no writes', 'write 0'],
    ['answers nothing', 'all 0'],
  ])(
    'while an apply waits to be confirmed it begins to fail and %s: the deadline fires all the same',
    async (_, how) => {
      const disk = await makeFailingDisk();
      const site = makeSite(backend);
      const ran = disk.fw('apply', '--auto-approve', '--confirm', '3s', '--state', site.state);
      expect(ran.status, ran.stderr).toBe(0);
      expect(site.isBack()).toBe(false);
      const [watchdog = 0] = findProcesses('watchdog', disk.data);
      expect(watchdog).toBeGreaterThan(0);
      disk.become(how);
      // What cannot be recorded is tried again for a while; the rules are back before that.
      await waitUntil(site.isBack);
      const confirmed = disk.fw('confirm');
      expect(confirmed.status, confirmed.stdout + confirmed.stderr).not.toBe(0);
      disk.become('ok');
      waitGone(watchdog);
      expect(site.isBack()).toBe(true);
      expect(disk.fw('status').stdout).toMatch(/not confirmed/);
      expect(disk.fw('apply', '--auto-approve', '--state', site.state).status).toBe(0);
    },
  );

  test('a watchdog whose work is done ends on SIGTERM, and not before', async () => {
    const disk = await makeFailingDisk();
    const site = makeSite(backend);
    const ran = disk.fw('apply', '--auto-approve', '--confirm', '3s', '--state', site.state);
    expect(ran.status, ran.stderr).toBe(0);
    const [watchdog = 0] = findProcesses('watchdog', disk.data);
    disk.become('write 0');
    process.kill(watchdog, 'SIGTERM');
    await waitUntil(site.isBack);
    // It lets go of the signals after it has proven what it did.
    await waitUntil(() => {
      killNow(watchdog, 'SIGTERM');
      return !findProcesses('watchdog', disk.data).includes(watchdog);
    });
    disk.become('ok');
    expect(disk.fw('recover').status).toBe(0);
    expect(disk.fw('status').stdout).toMatch(/not confirmed/);
  });

  test('while an apply waits to be confirmed: fw confirm --reject goes back, and says what could not be recorded', async () => {
    const disk = await makeFailingDisk();
    const site = makeSite(backend);
    expect(disk.fw('apply', '--auto-approve', '--confirm', '10m', '--state', site.state).status).toBe(0);
    const [watchdog = 0] = findProcesses('watchdog', disk.data);
    disk.become('write 0');
    const ran = disk.fw('confirm', '--reject');
    expect(site.isBack(), ran.stderr).toBe(true);
    expect(ran.stdout).toContain('is rolled back and verified');
    expect(ran.stderr).toMatch(/cannot be ended|EIO|i\/o error/i);
    disk.become('ok');
    const again = disk.fw('confirm', '--reject');
    expect(again.status, again.stderr).toBe(0);
    expect(site.isBack()).toBe(true);
    waitGone(watchdog);
    expect(disk.fw('status').stdout).not.toMatch(/waits to be confirmed/);
  });
});
