import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { BUILT, OPENED, withoutHeartbeat } from './run-built.ts';

const PRELOAD = fileURLToPath(new URL('./fault-preload.cjs', import.meta.url));

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

/** The first commit to a live namespace: from here on there is something to bring back. */
export const FIRST_RESTORE = '^spawn nsenter --net=/proc/[0-9]+/fd/.*-restore --noflush';

export type Ended = {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Driven = {
  readonly pid: number;
  /** When the program that `pauseAt` matches has begun; it waits for `resume`. */
  readonly reached: Promise<void>;
  readonly resume: () => Promise<void>;
  readonly ended: Promise<Ended>;
};

/** Command line and environment of a built fw that holds up the first program which matches. */
export function paused(pauseAt: string): { pipes: string; env: Record<string, string>; words: readonly string[] } {
  const pipes = mkdtempSync(join(tmpdir(), 'fwt-pipes-'));
  folders.push(pipes);
  for (const name of ['reached', 'resume']) spawnSync('mkfifo', [join(pipes, name)]);
  const env = {
    ...OPENED,
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    FW_FAULT: 'pause:0',
    FW_FAULT_MATCH: pauseAt,
    FW_FAULT_PIPES: pipes,
    FW_FAULT_LOG: join(pipes, 'log'),
  };
  return { pipes, env, words: [process.execPath, '--require', PRELOAD, BUILT] };
}

export async function waitReached(pipes: string): Promise<void> {
  await readFile(join(pipes, 'reached'));
}

export async function resume(pipes: string): Promise<void> {
  const pipe = await open(join(pipes, 'resume'), 'w');
  await pipe.write('go\n');
  await pipe.close();
}

/** Starts the built fw, in a process group of its own, paused where `pauseAt` matches. */
export function drive(args: readonly string[], pauseAt: string): Driven {
  const { pipes, env, words } = paused(pauseAt);
  const { child, ended } = begin([...words, ...args], env);
  const reached = Promise.race([waitReached(pipes), endedBefore(ended, pauseAt)]);
  // A test that does not wait for it has seen what it needs by the end.
  reached.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    reached,
    // The program that is held up outlives an fw that was killed, and is resumed all the same.
    resume: () => Promise.race([resume(pipes), endedBefore(ended, 'it was resumed', 30_000)]),
    ended,
  };
}

/** A pipe that has lost its reader or writer is waited for without end; the test says what became of fw instead. */
async function endedBefore(ended: Promise<Ended>, what: string, graceMs = 0): Promise<never> {
  const { status, signal, stdout, stderr } = await ended;
  if (graceMs > 0) await sleep(graceMs, undefined, { ref: false });
  throw new Error(`fw ended before ${what}: exit ${status ?? signal}\n${stdout}${stderr}`);
}

/** Starts the built fw and lets it run. */
export function startBuilt(args: readonly string[]): Promise<Ended> {
  return begin([process.execPath, BUILT, ...args], { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...OPENED }).ended;
}

function begin(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    texts.stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    texts.stderr += String(data);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) =>
      resolve({ status, signal, stdout: texts.stdout, stderr: withoutHeartbeat(texts.stderr) }),
    ),
  );
  return { child, ended };
}
