import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLock } from '../../../../src/adapters/kernel/run-lock.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'fwt-lock-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  test('one run at a time, and the other learns whose it is', async () => {
    const held = await openLock(data).acquire('fw apply', 0);
    await expect(openLock(data).acquire('fw apply', 0)).rejects.toMatchObject({ code: 'run.locked' });
    await expect(openLock(data).holder()).resolves.toContain(`fw apply, pid ${process.pid}`);
    await held.release();
    await expect(openLock(data).holder()).resolves.toBeUndefined();
    await (await openLock(data).acquire('fw apply', 0)).release();
  });

  test('a lock is gone with the process that held it, however it went', async () => {
    await (await openLock(data).acquire('first', 0)).release();
    const child = spawn('flock', [join(data, 'lock'), 'sh', '-c', 'echo held; exec sleep 97531'], { detached: true });
    await once(child.stdout, 'data');
    await expect(openLock(data).acquire('fw apply', 0)).rejects.toMatchObject({ code: 'run.locked' });
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');
    await (await openLock(data).acquire('fw apply', 5)).release();
  });
});
