import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { drive, FIRST_RESTORE, paused, resume, waitReached } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { pace } from '../support/pace.ts';
import { findProcesses, waitGone } from '../support/programs.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const CONFIRM = ['--confirm', '2s'];

/** A terminal of its own: a tmux server that no other test uses. */
function tmux(socket: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function log(data: string): string {
  return readFileSync(join(data, 'fw.log'), 'utf8');
}

describe.each<Backend>(['nft', 'legacy'])('--confirm 2s on %s, and nobody confirms', (backend) => {
  test.each([
    ['rules', false],
    ['no tables at all', true],
  ])('a namespace with %s gets them back', (_, fresh) => {
    const site = makeSite(backend, { fresh });
    const applied = site.fw('apply', '--auto-approve', ...CONFIRM);
    expect([applied.status, applied.stdout]).toEqual([0, expect.stringContaining('fw confirm')]);
    expect(site.isBack()).toBe(false);
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(log(site.data)).toMatch(/was not confirmed in time: it is rolled back and verified\n$/);
    expect(site.fw('status').stdout).not.toContain('Pending');
    expect(site.fw('recover').stdout).toContain('Nothing to recover');
  });

  test('the terminal is closed while it waits', () => {
    const site = makeSite(backend);
    const socket = `fwt-${process.pid}-${backend}-wait`;
    tmux(
      socket,
      'new-session',
      '-d',
      '-s',
      'a',
      `${process.execPath} ${BUILT} ${[...site.apply, ...CONFIRM].join(' ')}; tmux -L ${socket} wait-for -S applied; cat`,
    );
    tmux(socket, 'wait-for', 'applied');
    expect(site.isBack()).toBe(false);
    tmux(socket, 'kill-server');
    site.settled();
    expect(site.isBack()).toBe(true);
  });

  test('the terminal is closed while it applies', async () => {
    const site = makeSite(backend);
    const socket = `fwt-${process.pid}-${backend}-run`;
    const { pipes, env, words } = paused(FIRST_RESTORE);
    const assign = Object.entries(env).map(([key, value]) => `${key}='${value}'`);
    const command = ['exec', 'env', ...assign, ...words, ...site.apply, ...CONFIRM];
    tmux(socket, 'new-session', '-d', '-s', 'a', command.join(' '));
    await waitReached(pipes);
    const [pid = 0] = findProcesses(BUILT, 'apply', site.data);
    tmux(socket, 'kill-server');
    await resume(pipes);
    waitGone(pid);
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(log(site.data)).toContain('was not confirmed in time');
  });

  test.each<[NodeJS.Signals, number | null, string]>([
    ['SIGHUP', 0, 'was not confirmed in time'],
    ['SIGTERM', 143, ''],
    ['SIGKILL', null, 'died half-way'],
  ])('%s to the whole process group while it applies', async (signal, status, logged) => {
    const site = makeSite(backend);
    const run = drive([...site.apply, ...CONFIRM], FIRST_RESTORE);
    await run.reached;
    process.kill(-run.pid, signal);
    await run.resume();
    const ended = await run.ended;
    expect(ended, JSON.stringify(ended)).toMatchObject({ status });
    site.settled();
    expect(site.isBack()).toBe(true);
    if (logged !== '') expect(log(site.data)).toContain(logged);
  });
});

describe('an apply that waits to be confirmed', () => {
  test('status shows the time left, a second apply is refused, a wrong id is refused, and the right one keeps the rules', () => {
    const site = makeSite('nft');
    const applied = site.fw('apply', '--auto-approve', '--confirm', '10m');
    const id = /fw confirm (\S+)/.exec(applied.stdout)?.[1] ?? '';
    const after = site.all();
    expect(site.fw('status').stdout).toMatch(new RegExp(`Pending: +${id} goes back in (9|10) min, at .*`));
    const second = site.fw('apply', '--auto-approve');
    expect([second.status, second.stderr]).toEqual([7, expect.stringContaining(id)]);
    const wrong = site.fw('confirm', '20200102T030405678Z-1');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining(id)]);
    expect(site.fw('status').stdout).toContain('Pending');
    expect(site.fw('confirm', id)).toMatchObject({ status: 0, stdout: expect.stringContaining('Generation 1') });
    site.settled();
    expect(site.all()).toEqual(after);
    expect(site.fw('status').stdout).not.toContain('Pending');
    expect(site.fw('confirm', id)).toMatchObject({ status: 1 });
  });

  test('goes back although the folder that fw was started in is gone', () => {
    const site = makeSite('nft');
    const cwd = stateFolder({});
    expect(runBuilt([...site.apply, ...CONFIRM], { cwd })).toMatchObject({ status: 0 });
    rmSync(cwd, { recursive: true });
    site.settled();
    expect(site.isBack()).toBe(true);
    expect(log(site.data)).toContain('is rolled back and verified');
  });

  test('keeps the rules when it is confirmed in the last second', () => {
    const site = makeSite('nft');
    site.fw('apply', '--auto-approve', '--confirm', pace(3).flag);
    const after = site.all();
    expect(site.fw('confirm')).toMatchObject({ status: 0 });
    site.settled();
    expect(site.all()).toEqual(after);
  });
});
