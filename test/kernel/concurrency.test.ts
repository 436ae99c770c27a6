import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { drive, FIRST_RESTORE, startBuilt } from '../support/driver.ts';
import { makeSite } from '../support/fault-site.ts';
import { inNamespace, load, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { writeFiles } from '../support/state-folder.ts';

const LOCK = '/run/xtables.lock';
/** The plan is made, shown and rehearsed; nothing is written. */
const WATCHDOG = '^spawn .* watchdog ';
const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

function rules(name: string, backend: Backend): readonly string[] {
  return saved(name, backend, 'ipv4').split('\n');
}

describe('two applies at once', () => {
  test('the second is refused and told who is at work; with --lock-timeout it waits and finds nothing to do', async () => {
    const site = makeSite('nft');
    const first = drive(site.apply, FIRST_RESTORE);
    await first.reached;
    const refused = site.fw('apply', '--auto-approve');
    expect([refused.status, refused.stderr]).toEqual([7, expect.stringContaining(`fw apply, pid ${first.pid}`)]);
    expect(site.fw('status').stdout).toContain(`pid ${first.pid}`);
    const waiting = startBuilt([...site.apply, '--lock-timeout', '1m']);
    await first.resume();
    expect(await first.ended).toMatchObject({ status: 0 });
    expect(await waiting).toMatchObject({ status: 0, stdout: expect.stringMatching(/no changes/i) });
    site.settled();
  });

  test('with --lock-timeout the wait ends', async () => {
    const site = makeSite('nft');
    const first = drive(site.apply, FIRST_RESTORE);
    await first.reached;
    expect(site.fw('apply', '--auto-approve', '--lock-timeout', '1s')).toMatchObject({ status: 7 });
    await first.resume();
    expect(await first.ended).toMatchObject({ status: 0 });
    site.settled();
  });
});

describe.each(BACKENDS)('other programs write at the same time on %s', (backend) => {
  const theirs = ['-A INPUT -s 192.0.2.1/32 -j DROP', '-A INPUT -s 192.0.2.2/32 -j DROP', '-A theirs -j RETURN'];
  const writeTheirs = (name: string) =>
    load(
      name,
      backend,
      'ipv4',
      '*filter\n:theirs - [0:0]\n-I INPUT 1 -s 192.0.2.1 -j DROP\n-A INPUT -s 192.0.2.2 -j DROP\n-A theirs -j RETURN\nCOMMIT\n',
      ['--noflush'],
    );

  test.each([
    ['between the rehearsal and the first write', WATCHDOG],
    ['when the first write has begun', FIRST_RESTORE],
  ])('%s: their rules survive, and ours are there once', async (_, pauseAt) => {
    const site = makeSite(backend);
    const run = drive(site.apply, pauseAt);
    await run.reached;
    writeTheirs(site.name);
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0 });
    const live = rules(site.name, backend);
    expect(live).toEqual(expect.arrayContaining(theirs));
    for (const rule of ['-A INPUT -j fw-INPUT', '-A fw-INPUT -p tcp -m tcp --dport 80 -j ACCEPT']) {
      expect(live.filter((line) => line === rule)).toHaveLength(1);
    }
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    expect(rules(site.name, backend)).toEqual(expect.arrayContaining(theirs));
    expect(site.fw('plan', '--detailed-exitcode')).toMatchObject({ status: 0 });
    site.settled();
  });

  test('a chain of ours that somebody changes before the first write: the plan is made again', async () => {
    const site = makeSite(backend);
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    expect(inNamespace(site.name, `iptables-${backend}`, ['-D', 'fw-INPUT', '1'])).toMatchObject({ status: 0 });
    const run = drive(site.apply, WATCHDOG);
    await run.reached;
    inNamespace(site.name, `iptables-${backend}`, ['-I', 'fw-INPUT', '1', '-s', '192.0.2.9', '-j', 'DROP']);
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('Planning again') });
    expect(rules(site.name, backend).filter((line) => line.startsWith('-A fw-INPUT'))).toEqual([
      '-A fw-INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
      '-A fw-INPUT -p tcp -m tcp --dport 80 -j ACCEPT',
    ]);
    site.settled();
  });

  test.each([
    ['an apply that is done', undefined],
    ['an apply that goes back', 'SIGTERM'],
  ] as const)('to a chain that an exclusive state keeps, during %s: it stays', async (_, signal) => {
    const site = makeSite(backend);
    load(site.name, backend, 'ipv4', '*filter\n:DOCKER - [0:0]\n-A DOCKER -s 192.0.2.3 -j ACCEPT\nCOMMIT\n', [
      '--noflush',
    ]);
    writeFiles(site.state, {
      'a.yaml':
        `namespace: ${site.name}\nbackend: ${backend}\nownership: exclusive\nkeep: [DOCKER]\ntables:\n  filter:\n` +
        '    INPUT: [-p tcp --dport 22 -j ACCEPT, -p tcp --dport 80 -j ACCEPT]\n',
    });
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    load(site.name, backend, 'ipv4', '*filter\n-I DOCKER 1 -s 192.0.2.4 -j ACCEPT\nCOMMIT\n', ['--noflush']);
    if (signal !== undefined) process.kill(run.pid, signal);
    await run.resume();
    expect(await run.ended).toMatchObject({ status: signal === undefined ? 0 : 143 });
    const docker = rules(site.name, backend).filter((line) => line.startsWith('-A DOCKER'));
    expect(docker).toEqual(['-A DOCKER -s 192.0.2.4/32 -j ACCEPT', '-A DOCKER -s 192.0.2.3/32 -j ACCEPT']);
    site.settled();
  });

  test('while an apply goes back: what they wrote stays', async () => {
    const site = makeSite(backend);
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    process.kill(run.pid, 'SIGTERM');
    writeTheirs(site.name);
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 143 });
    const live = rules(site.name, backend);
    expect(live).toEqual(expect.arrayContaining(theirs));
    expect(live.join('\n')).not.toContain('fw-');
    site.settled();
  });
});

describe('the lock of the legacy backend, one for the whole machine', () => {
  test('is held from the last look at live rules until they are verified, and free afterwards', async () => {
    const site = makeSite('legacy');
    const run = drive(site.apply, FIRST_RESTORE);
    await run.reached;
    expect(spawnSync('flock', ['--nonblock', LOCK, 'true']).status).toBe(1);
    // A program that knows the lock waits for it; its rule comes after all of ours.
    const polite = spawn('ip', [
      'netns',
      'exec',
      site.name,
      'iptables-legacy',
      '-w',
      '-A',
      'INPUT',
      '-s',
      '192.0.2.7',
      '-j',
      'DROP',
    ]);
    const politeEnded = new Promise<number | null>((resolve) => polite.on('close', resolve));
    await run.resume();
    expect(await run.ended).toMatchObject({ status: 0 });
    expect(await politeEnded).toBe(0);
    expect(rules(site.name, 'legacy')).toContain('-A INPUT -s 192.0.2.7/32 -j DROP');
    expect(spawnSync('flock', ['--timeout', '5', LOCK, 'true']).status).toBe(0);
    site.settled();
  });

  test('is waited for', () => {
    const site = makeSite('legacy');
    const holder = spawn('flock', [LOCK, 'sleep', '2']);
    expect(site.fw('apply', '--auto-approve')).toMatchObject({ status: 0 });
    holder.kill();
    site.settled();
  });

  test('that somebody keeps ends an apply with a clear error before anything is changed', async () => {
    const site = makeSite('legacy');
    const holder = spawn('flock', [LOCK, 'cat']);
    holder.stdin.write('locked\n');
    await once(holder.stdout, 'data');
    const apply = runBuilt(['apply', '--auto-approve', '--timeout', '2s', ...site.flags]);
    expect(apply).toMatchObject({ status: 1, stderr: expect.stringMatching(/kernel\.timeout[\s\S]*unchanged/i) });
    expect(apply.stderr).toContain(LOCK);
    expect(site.all()).toEqual(site.before);
    expect(site.fw('status').stdout).not.toContain('Unfinished');
    holder.stdin.end();
    await once(holder, 'close');
    site.settled();
  });
});
