import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/ruleset/types.ts';
import { makeFailingDisk } from '../support/failing-disk.ts';
import { makeSite } from '../support/fault-site.ts';
import { saved } from '../support/netns.ts';

/** Every effect with `FW_FAULTS=full`; without it each seventh, from another one on for each way to fail. */
const STEP = process.env.FW_FAULTS === 'full' ? 1 : 7;

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
});
