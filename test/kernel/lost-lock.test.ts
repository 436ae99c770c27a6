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

/** A run in the middle of its first write, which loses both locks. */
async function loseBoth(backend: Backend) {
  const site = makeSite(backend);
  const run = drive(site.apply, FIRST_RESTORE);
  await run.reached;
  rmSync(join(site.data, 'lock'));
  rmSync((await runtimeLockPath(site.data)) ?? '');
  return { site, run };
}

describe.each<Backend>(['nft', 'legacy'])('a run that lost both locks (%s)', (backend) => {
  test('takes them anew where no other fw has begun, and goes back', async () => {
    const { site, run } = await loseBoth(backend);
    await run.resume();
    const ended = await run.ended;
    expect([ended.status, ended.stderr]).toEqual([8, expect.stringContaining('rolled back and verified')]);
    expect(site.isBack()).toBe(true);
    endWatchdog(site.data);
    expect(site.fw(...SECOND)).toMatchObject({ status: 0 });
    site.settled();
  });
});

test('a run that lost both locks to another one writes nothing more, claims nothing, and says who is at work', async () => {
  const { site, run } = await loseBoth('nft');
  const other = drive(site.apply, FIRST_RESTORE);
  await other.reached;
  await run.resume();
  const ended = await run.ended;
  expect([ended.status, ended.stderr]).toEqual([9, expect.stringContaining('nothing more is written by this fw')]);
  expect(ended.stderr).toContain(`pid ${other.pid}`);
  expect(ended.stderr).toContain('Another fw has ended the journal of this apply');
  expect(ended.stderr).not.toContain('rolled back and verified');
  await other.resume();
  expect([0, 8]).toContain((await other.ended).status);
  endWatchdog(site.data);
});

test('a run that lost both locks to one that ended its journal before its last write does not say that it is back', async () => {
  const { site, run } = await loseBoth('nft');
  expect(site.fw('recover')).toMatchObject({ status: 0 });
  await run.resume();
  const ended = await run.ended;
  expect([ended.status, site.isBack()]).toEqual([9, false]);
  expect(ended.stderr).toContain('Another fw has ended the journal of this apply');
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
