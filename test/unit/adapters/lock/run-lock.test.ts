import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLock } from '../../../../src/adapters/lock/run-lock.ts';
import { runtimeLockPath } from '../../../../src/adapters/lock/runtime-lock.ts';

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

  test('a lock file that was taken away is no chance for anybody else, and its holder sees it', async () => {
    const lock = openLock(data);
    const held = await lock.acquire('fw apply', 0);
    expect(await lock.standing()).toBe('held');
    rmSync(join(data, 'lock'));
    expect(await lock.standing()).toBe('moved');
    await expect(openLock(data).acquire('fw apply', 0)).rejects.toMatchObject({ code: 'run.locked' });
    await expect(openLock(data).holder()).resolves.toContain(`fw apply, pid ${process.pid}`);
    await held.release();
    await expect(openLock(data).holder()).resolves.toBeUndefined();
    await (await openLock(data).acquire('fw apply', 0)).release();
  });

  test('nor is a data folder that was put in the place of another one', async () => {
    const held = await openLock(data).acquire('fw apply', 0);
    renameSync(data, `${data}-old`);
    mkdirSync(data, { mode: 0o700 });
    await expect(openLock(data).acquire('fw apply', 0)).rejects.toMatchObject({ code: 'run.locked' });
    await held.release();
    await (await openLock(data).acquire('fw apply', 0)).release();
    rmSync(`${data}-old`, { recursive: true });
  });

  test('one folder by two paths has one lock', async () => {
    symlinkSync(data, `${data}-link`);
    const held = await openLock(data).acquire('fw apply', 0);
    await expect(openLock(`${data}-link/`).acquire('fw apply', 0, { forWayBack: true })).rejects.toMatchObject({
      code: 'run.locked',
    });
    await held.release();
    rmSync(`${data}-link`);
  });

  test('a file that was replaced while it was waited for is no lock: the one that is there then is taken', async () => {
    await (await openLock(data).acquire('first', 0)).release();
    const child = spawn('flock', [join(data, 'lock'), 'sh', '-c', 'echo held; read end'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const lock = openLock(data);
    const waiting = lock.acquire('fw apply', 30);
    rmSync(join(data, 'lock'));
    child.stdin.end('\n');
    const held = await waiting;
    expect(await lock.standing()).toBe('held');
    await held.release();
  });

  test('nothing of it stays in /run', async () => {
    const path = (await runtimeLockPath(data)) ?? '';
    const held = await openLock(data).acquire('fw apply', 0);
    expect(existsSync(path)).toBe(true);
    await held.release();
    expect(existsSync(path)).toBe(false);
  });
});
