import { closeSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLock } from '../../src/adapters/lock/run-lock.ts';
import { runtimeLockPath } from '../../src/adapters/lock/runtime-lock.ts';
import type { Backend } from '../../src/core/rules/types.ts';
import { drive, FIRST_RESTORE } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { dataFolder } from '../support/fw.ts';
import { findProcesses, waitGone } from '../support/programs.ts';

const SECOND = ['apply', '--auto-approve'];

function endWatchdog(data: string): void {
  for (const pid of findProcesses('watchdog', data)) waitGone(pid);
}

describe.each<Backend>(['nft', 'legacy'])('a lock that is taken away while fw writes (%s)', (backend) => {
  test('the file: no other run begins, and the first one goes back and says why', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    rmSync(join(site.data, 'lock'));
    const second = site.fw(...SECOND);
    expect([second.status, second.stderr]).toEqual([7, expect.stringContaining(`pid ${run.pid}`)]);
    await run.resume();
    const ended = await run.ended;
    expect([ended.status, ended.stderr]).toEqual([
      8,
      expect.stringContaining('the lock of the data folder was removed'),
    ]);
    endWatchdog(site.data);
    expect(site.isBack()).toBe(true);
    expect(site.fw(...SECOND)).toMatchObject({ status: 0 });
    site.settled();
  });

  test('the folder: the same', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    renameSync(site.data, `${site.data}-old`);
    mkdirSync(site.data, { mode: 0o700 });
    const second = site.fw(...SECOND);
    expect([second.status, second.stderr]).toEqual([7, expect.stringContaining('another fw is at work')]);
    await run.resume();
    expect((await run.ended).status).toBe(8);
    endWatchdog(site.data);
    expect(site.isBack()).toBe(true);
    rmSync(`${site.data}-old`, { recursive: true });
  });
});

test('both locks: a run that lost them writes nothing more, and claims nothing', async () => {
  const site = makeSite('nft');
  const run = drive(site.apply, FIRST_RESTORE);
  await run.reached;
  rmSync(join(site.data, 'lock'));
  rmSync((await runtimeLockPath(site.data)) ?? '');
  const live = site.all();
  await run.resume();
  const ended = await run.ended;
  expect([ended.status, ended.stderr]).toEqual([9, expect.stringContaining('nothing more is written')]);
  expect(ended.stderr).not.toContain('rolled back and verified');
  expect(live).toHaveLength(2);
  endWatchdog(site.data);
});

test('a lock file that cannot be closed any more is no error: what was done is done', async () => {
  const lock = openLock(dataFolder());
  const held = await lock.acquire('test', 1);
  for (const descriptor of lock.descriptors()) closeSync(descriptor);
  await held.release();
  const again = await lock.acquire('test', 1);
  await again.release();
});
