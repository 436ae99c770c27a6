import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { drive, FIRST_RESTORE } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { BUILT } from '../support/run-built.ts';

/** The rehearsal: everything is read, nothing is written yet. */
const REHEARSAL = '^spawn nsenter --net=/proc/.*-restore --noflush';

const STOPS: readonly [NodeJS.Signals, number][] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
];

describe.each<Backend>(['nft', 'legacy'])('a signal to an apply on %s', (backend) => {
  test.each(STOPS)('%s before the first write ends it at once: %i, and nothing is changed', async (signal, status) => {
    const site = makeSite(backend);
    const run = drive(site.apply, REHEARSAL);
    await run.reached;
    process.kill(run.pid, signal);
    const ended = await run.ended;
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(/unchanged/i) });
    expect(site.all()).toEqual(site.before);
    expect(site.fw('status').stdout).not.toMatch(/Unfinished|Pending/);
  });

  test.each(STOPS)('%s during it finishes the table, goes back and says so: %i', async (signal, status) => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, signal);
    await run.resume();
    const ended = await run.ended;
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(/rolled back and verified/i) });
    expect(site.isBack()).toBe(true);
    expect(site.fw('recover').stdout).toContain('Nothing to recover');
    site.settled();
  });

  test('a second one leaves at once, and the watchdog brings everything back', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGTERM');
    const ended = await run.ended;
    expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: expect.stringContaining('leaving at once') });
    await run.resume();
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(site.fw('recover').stdout).toContain('Nothing to recover');
  });

  test('SIGQUIT, or any other signal that ends a program: the watchdog brings everything back', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, 'SIGQUIT');
    expect(await run.ended).toMatchObject({ signal: 'SIGQUIT' });
    await run.resume();
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(site.fw('recover').stdout).toContain('Nothing to recover');
  });

  test('SIGHUP and SIGUSR1, as often as they come, end nothing and open no debugger: the apply is done', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    for (let times = 0; times < 3; times += 1) process.kill(run.pid, 'SIGHUP');
    process.kill(run.pid, 'SIGUSR1');
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0, stderr: '' });
    expect(site.isBack()).toBe(false);
    expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
    site.settled();
  });
});

test('a second one to a command that ends a waiting apply says what becomes of that apply', async () => {
  const site = makeSite('nft');
  expect(site.fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
  const twice = async (args: readonly string[], pauseAt: string) => {
    const run = drive([...args, ...site.flags], pauseAt);
    await run.reached;
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGTERM');
    const { stderr } = await run.ended;
    await run.resume();
    return stderr;
  };
  const where = ` --data-dir ${site.data}`;
  expect(await twice(['confirm'], '-save')).toBe(
    `fw: leaving at once; fw status${where} tells whether the apply is confirmed\n`,
  );
  expect(site.fw('status').stdout).toContain('Pending:');
  expect(await twice(['confirm', '--reject'], FIRST_RESTORE)).toContain(
    `fw: leaving at once; fw confirm --reject${where} brings back what is left, and so does its watchdog as soon as this process is gone\n`,
  );
  expect(site.fw('confirm', '--reject')).toMatchObject({ status: 0 });
  expect(site.isBack()).toBe(true);
  site.settled();
});

test('a reader that leaves (head -1) changes neither the outcome nor the exit number', () => {
  const site = makeSite('nft');
  const script = 'set -o pipefail; "$@" --no-color | head -1';
  const ran = spawnSync('bash', ['-c', script, 'bash', process.execPath, BUILT, ...site.apply], { encoding: 'utf8' });
  expect([ran.status, ran.stdout.split('\n').length]).toEqual([0, 2]);
  expect(site.isBack()).toBe(false);
  expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
  site.settled();
});

test('an apply whose outputs are all closed before it begins is done as a whole', () => {
  const site = makeSite('nft');
  const ran = spawnSync('bash', ['-c', 'exec "$@" >&- 2>&- <&-', 'bash', process.execPath, BUILT, ...site.apply]);
  expect(ran.status).toBe(0);
  expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
  site.settled();
});
