import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { untilBack } from '../support/disk-machine.ts';
import { makeFailingDisk } from '../support/failing-disk.ts';
import { makeSite } from '../support/fault-site.ts';
import { pace } from '../support/pace.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

/** flock(1) as it is on a disk that answers as the file `answer` says, where the data folder is on that disk. */
const FLOCK = `#!/bin/sh
case $(readlink /proc/self/fd/3) in
  DATA/*) case $(cat "$(dirname "$0")/answer") in
    refuses) echo "flock: 3: No locks available" >&2; exit 71 ;;
    hangs) exec sleep 600 ;;
  esac ;;
esac
exec /usr/bin/flock "$@"
`;

function makeDisk(backend: Backend) {
  const site = makeSite(backend);
  const programs = stateFolder({ flock: FLOCK.replace('DATA', site.data), answer: 'locks' });
  chmodSync(join(programs, 'flock'), 0o755);
  const env = { PATH: `${programs}:${process.env.PATH}` };
  return {
    site,
    fw: (...args: readonly string[]) => runBuilt([...args, ...site.flags], { env }),
    answer: (how: 'locks' | 'refuses' | 'hangs') => writeFileSync(join(programs, 'answer'), how),
  };
}

describe.each<Backend>(['nft', 'legacy'])('a disk of the data folder that refuses locks (%s)', (backend) => {
  test('while an apply waits: the deadline fires all the same', async () => {
    const { site, fw, answer } = makeDisk(backend);
    expect(fw('apply', '--auto-approve', '--confirm', pace(2).flag)).toMatchObject({ status: 0 });
    answer('refuses');
    await untilBack(site, 'no locks');
    site.settled();
    expect(site.fw('status').stdout).toContain('rolled back: not confirmed');
  });

  test('fw confirm --reject and fw recover go back, fw confirm keeps', () => {
    const { site, fw, answer } = makeDisk(backend);
    expect(fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    answer('refuses');
    expect(fw('confirm', '--reject')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('rolled back and verified'),
    });
    expect(site.isBack()).toBe(true);
    answer('locks');
    expect(fw('apply', '--auto-approve', '--confirm', '10m')).toMatchObject({ status: 0 });
    answer('refuses');
    expect(fw('confirm')).toMatchObject({ status: 0, stdout: expect.stringContaining('Confirmed') });
    expect(site.isBack()).toBe(false);
    expect(fw('apply', '--auto-approve')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('No locks available'),
    });
    site.settled();
  });
});

test('a disk on which flock(1) hangs: the deadline fires late, and not never', async () => {
  const { site, fw, answer } = makeDisk('nft');
  expect(fw('apply', '--auto-approve', '--confirm', pace(2).flag)).toMatchObject({ status: 0 });
  answer('hangs');
  await untilBack(site, 'a lock that does not answer');
  answer('locks');
  site.settled();
}, 300_000);

test('another process has a file open on a disk that does not answer: the deadline fires', async () => {
  const disk = await makeFailingDisk();
  const [first = '', ...words] = [...disk.through, 'sh', '-c', `exec 3>${disk.mounted}/open; echo open; read end`];
  const other = spawn(first, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const site = makeSite('nft');
  const { flag, seconds } = pace(2);
  expect(site.fw('apply', '--auto-approve', '--confirm', flag)).toMatchObject({ status: 0 });
  const holder = spawn('flock', [join(site.data, 'lock'), 'sh', '-c', 'echo locked; read end'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  disk.hang(true);
  // The watchdog waits for the lock, and looks every two seconds who holds it.
  await sleep(seconds * 1000 + 6000);
  holder.stdin.end();
  await untilBack(site, 'a file on a disk that does not answer').finally(() => disk.hang(false));
  other.stdin.end();
  site.settled();
});
