import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { Output } from './netns.ts';
import { killWatchdog } from './programs.ts';
import { runBuilt } from './run-built.ts';

const SCRIPT = fileURLToPath(new URL('./failing-disk.py', import.meta.url));
const LIBRARIES = fileURLToPath(new URL('../../node_modules/.cache/fuse', import.meta.url));

export type FailingDisk = {
  /** A data folder on the disk. */
  readonly data: string;
  /** Runs the built fw where the disk is mounted. */
  readonly fw: (...args: readonly string[]) => Output;
  /** `ok`; `write N`: the first N effects work and then nothing is written any more; `all N`: then nothing is read either. */
  readonly become: (how: string) => void;
  /** Where it is mounted, and words that start a program there. */
  readonly mounted: string;
  readonly through: readonly string[];
  /** From now on it answers nothing, not even with an error, or again. */
  readonly hang: (isHung: boolean) => void;
  /** What was asked of the disk since `become` was last called. */
  readonly effects: () => readonly string[];
};

const running = new Set<{ readonly folder: string; readonly holder: ChildProcess }>();
afterEach(async () => {
  for (const one of [...running]) await end(one);
});

/** A disk that answers with EIO when it is told to: a FUSE file system in a mount namespace of its own, see failing-disk.py. */
export async function makeFailingDisk(): Promise<FailingDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'fwt-disk-'));
  const [real, mounted, control] = ['real', 'mounted', 'control'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [real, mounted]) mkdirSync(path, { mode: 0o700 });
  writeFileSync(control, 'ok\n');
  const holder = spawn(
    'unshare',
    ['--mount', '--propagation', 'slave', '/usr/bin/python3', SCRIPT, real, mounted, control],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONPATH: LIBRARIES, LD_LIBRARY_PATH: LIBRARIES },
    },
  );
  running.add({ folder, holder });
  await Promise.race([
    once(holder.stdout, 'data'),
    once(holder, 'exit').then(() => {
      throw new Error('no disk');
    }),
  ]);
  const through = ['nsenter', '--target', String(holder.pid), '--mount', '--'];
  const log = `${control}.log`;
  return {
    data: join(mounted, 'data'),
    mounted,
    through,
    hang: (isHung) => holder.kill(isHung ? 'SIGSTOP' : 'SIGCONT'),
    fw: (...args) => runBuilt([...args, '--data-dir', join(mounted, 'data')], { through }),
    become: (how) => {
      rmSync(log, { force: true });
      writeFileSync(control, `${how}\n`);
    },
    effects: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

async function end(one: { readonly folder: string; readonly holder: ChildProcess }): Promise<void> {
  running.delete(one);
  const { holder, folder } = one;
  // One that cannot record what it did would go on trying, on a disk that is gone.
  killWatchdog(folder);
  const gone = holder.exitCode === null && holder.signalCode === null ? once(holder, 'exit') : undefined;
  holder.kill();
  holder.kill('SIGCONT');
  await gone;
  // A watchdog that looks at the disk may still write for a moment.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
