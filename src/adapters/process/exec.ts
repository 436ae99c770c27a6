import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { Ran } from '../../ports/ports.ts';
import { collectOutput } from './collect-output.ts';
import { endGroup } from './end-group.ts';
import { explain, problemOf, tooLate } from './explain-problem.ts';
import { findProgram } from './find-program.ts';
import { limitTime } from './limit-time.ts';
import { decodeRules, encodeRules } from './rule-bytes.ts';
import { safeFolders } from './safe-folders.ts';

/** `iptables` and `ip` live in sbin folders that the PATH of an ordinary user or of a cron job often lacks. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** One of several programs that run side by side may end fw with its failure; the others must not outlive it. */
const running = new Set<() => void>();
process.once('exit', () => {
  for (const stop of running) stop();
});

export type RunOptions = {
  readonly input?: string | Uint8Array | Readable;
  /** Infinity for a program that waits for ever on purpose. */
  readonly timeoutMs?: number;
  /** Open files of ours that the program gets as its descriptors 3, 4, ... A lock on one of them lasts until the program is gone as well. */
  readonly descriptors?: readonly number[];
  /** Added to the small, fixed environment that children get. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Runs a program with an argument array, never through a shell, and waits for it.
 * The environment is built here: a fixed locale, because messages are read, and a PATH; nothing else is inherited.
 * Never throws for what the program does: `exitCode` and `problem` tell.
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = launch(() =>
    execa(file, args, {
      // execa hands any number on to the system; its types name the smallest ones only.
      stdio: ['pipe', 'pipe', 'pipe', ...(options.descriptors ?? []).map((descriptor) => descriptor as 3)],
      input: typeof options.input === 'object' ? options.input : encodeRules(options.input ?? ''),
      buffer: false,
      env: { PATH: searchPath(), LC_ALL: 'C', ...options.env },
      extendEnv: false,
      reject: false,
      // A session of its own: Ctrl-C at the terminal and its end reach fw, which decides, and not half of its children.
      detached: true,
    }),
  );
  if (child === undefined)
    return { exitCode: -1, stdout: '', stderr: explain('no-room', file, args), problem: 'no-room' };
  const stop = () => endGroup(child.pid);
  running.add(stop);
  const stdout = collectOutput(child.stdout, stop);
  const stderr = collectOutput(child.stderr, stop);
  const limit = limitTime(child.pid, options.timeoutMs);
  const result = await child;
  running.delete(stop);
  const isTooMuch = stdout.isTooMuch() || stderr.isTooMuch();
  const problem = limit.end() ? 'timeout' : isTooMuch ? 'too-much-output' : problemOf(result);
  return {
    exitCode: problem === undefined ? (result.exitCode ?? -1) : -1,
    stdout: decodeRules(stdout.bytes()),
    stderr: `${decodeRules(stderr.bytes())}${problem === undefined ? '' : explain(problem, file, args)}`,
    ...(problem === undefined ? {} : { problem }),
  };
}

export type KeptProgram = {
  readonly pid: number;
  /** False once the program has ended; its number may be another program's then. */
  isRunning(): boolean;
  release(): Promise<void>;
};

/**
 * Starts a program that copies its input to its output (`cat`, behind whatever enters or makes a namespace) and keeps it running.
 * Resolves when it has answered once, so everything in front of `cat` is done by then. The kernel ends it when this process is
 * gone, however it went: its input is a pipe that only we hold. Returns undefined when it could not start, with the reason in `Ran`.
 */
export async function hold(file: string, args: readonly string[]): Promise<KeptProgram | Ran> {
  const child = launch(() =>
    execa(file, [...args, 'cat'], {
      stdin: 'pipe',
      env: { PATH: searchPath(), LC_ALL: 'C' },
      extendEnv: false,
      reject: false,
      detached: true,
      buffer: { stdout: false, stderr: true },
    }),
  );
  if (child === undefined)
    return { exitCode: -1, stdout: '', stderr: explain('no-room', file, args), problem: 'no-room' };
  child.stdin.on('error', () => {});
  child.stdin.write('ready\n');
  const answer = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)));
  const { pid } = child;
  const limit = limitTime(pid);
  const answered = await Promise.race([answer, child.then(() => false)]);
  const isLate = limit.end();
  if (answered && !isLate && pid !== undefined) return { pid, isRunning: () => child.exitCode === null, release };
  const result = await child;
  if (isLate) return { exitCode: -1, stdout: '', stderr: tooLate(file), problem: 'timeout' };
  return { exitCode: result.exitCode ?? -1, stdout: '', stderr: String(result.stderr ?? result.message ?? '') };

  async function release(): Promise<void> {
    child?.stdin.end();
    await child;
  }
}

/**
 * Starts a program that outlives this process: in a session of its own, with nothing of ours open. Resolves when it has printed
 * its first line; to its standard error when it ended before that. With `line` that is its standard input, once it is known: undefined is an empty one.
 */
export async function startDetached(
  file: string,
  args: readonly string[],
  line?: Promise<string | undefined>,
): Promise<string | undefined> {
  const child = launch(() =>
    execa(file, args, {
      stdin: line === undefined ? 'ignore' : 'pipe',
      // A folder that stays: where the one that fw was started in is gone, nothing can be started any more.
      cwd: '/',
      env: { PATH: searchPath(), LC_ALL: 'C' },
      extendEnv: false,
      reject: false,
      detached: true,
      cleanup: false,
      buffer: { stdout: false, stderr: true },
    }),
  );
  if (child === undefined) return explain('no-room', file, args);
  const started = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)));
  // One that has ended meanwhile is told of below.
  child.stdin?.on('error', () => {});
  const words = await line;
  child.stdin?.end(words === undefined ? '' : `${words}\n`);
  const limit = limitTime(child.pid);
  const isStarted = await Promise.race([started, child.then(() => false)]);
  if (limit.end()) return tooLate(file);
  if (!isStarted) {
    const result = await child;
    return String(result.stderr ?? '') || (result.message ?? 'it ended at once');
  }
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return undefined;
}

/** Descriptor of the first output behind standard error. */
const FIRST_FURTHER = 3;

export type Started = {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its outputs 3, 4, ... */
  readonly further: readonly Readable[];
  /** When the program itself is gone; what it started may go on, and hold its outputs open. */
  readonly exited: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
  /** When its outputs are closed as well; without `exited` before it, the program could not be started. */
  readonly closed: Promise<undefined>;
};

/**
 * Starts a program without input, as the first of a process group, and leaves its outputs and its time to the caller. `further` is how many
 * outputs it gets besides the two that every program has.
 */
export function start(
  file: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly further?: number } = {},
): Started {
  const further = Array.from({ length: options.further ?? 0 }, (_, index) => FIRST_FURTHER + index);
  const child = launch(() =>
    execa(file, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...further.map(() => 'pipe' as const)],
      cwd: '/',
      env: { PATH: searchPath(), LC_ALL: 'C', ...options.env },
      extendEnv: false,
      reject: false,
      detached: true,
      buffer: false,
    }),
  );
  if (child === undefined) throw new Error(explain('no-room', file, args).trim());
  const stop = () => endGroup(child.pid);
  running.add(stop);
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    further: further.map((descriptor) => child.stdio[descriptor] as Readable),
    exited: new Promise((resolve) => child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))),
    closed: child.then(() => {
      running.delete(stop);
      return undefined;
    }),
  };
}

/**
 * Where no descriptor is left for the outputs of a program, node hands out a process that has none, which execa cannot use and throws. Undefined then: nothing was
 * started.
 */
function launch<Child>(begin: () => Child): Child | undefined {
  try {
    return begin();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Folders where programs are looked for, in order; as root none in which another user could put a program. */
export function searchPath(): string {
  const own = [...pinned, ...safeFolders(process.env.PATH ?? '')];
  return [...new Set([...own, ...SBIN])].join(':');
}

let pinned: readonly string[] = [];

/**
 * From now on programs are looked for first in the folders where these are found now, so that another version elsewhere is not
 * taken; where they are gone, because a package was upgraded, in all the others.
 */
export function pinPrograms(names: readonly string[]): void {
  const folders = searchPath().split(':');
  const homes = names.map((name) => folders.find((folder) => findProgram(name, folder) !== undefined));
  pinned = [...new Set(homes.filter((folder) => folder !== undefined))];
}
