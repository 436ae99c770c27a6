import { execa } from 'execa';
import type { Ran } from '../../ports.ts';

/** A save of a million rules is about 100 MB; more than this is not a firewall, it is a fault. */
const MAX_OUTPUT = 512 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 120_000;

/** `iptables` and `ip` live in sbin folders that the PATH of an ordinary user or of a cron job often lacks. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

export type RunOptions = {
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Added to the small, fixed environment that children get. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Runs a program with an argument array, never through a shell, and waits for it.
 * The environment is built here: a fixed locale, because messages are read, and a PATH; nothing else is inherited.
 * Never throws for what the program does: `exitCode` and `problem` tell.
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const result = await execa(file, args, {
    input: options.input ?? '',
    env: { PATH: searchPath(), LC_ALL: 'C', ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT,
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    // A session of its own: Ctrl-C at the terminal and its end reach fw, which decides, and not half of its children.
    detached: true,
  });
  const problem = problemOf(result);
  return {
    exitCode: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    ...(problem === undefined ? {} : { problem }),
  };
}

export type Held = { readonly pid: number; release(): Promise<void> };

/**
 * Starts a program that copies its input to its output (`cat`, behind whatever enters or makes a namespace) and keeps it running.
 * Resolves when it has answered once, so everything in front of `cat` is done by then. The kernel ends it when this process is
 * gone, however it went: its input is a pipe that only we hold. Returns undefined when it could not start, with the reason in `Ran`.
 */
export async function hold(file: string, args: readonly string[]): Promise<Held | Ran> {
  const child = execa(file, [...args, 'cat'], {
    stdin: 'pipe',
    env: { PATH: searchPath(), LC_ALL: 'C' },
    extendEnv: false,
    reject: false,
    detached: true,
    buffer: { stdout: false, stderr: true },
  });
  child.stdin.on('error', () => {});
  child.stdin.write('ready\n');
  const answer = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)));
  const answered = await Promise.race([answer, child.then(() => false)]);
  const { pid } = child;
  if (answered && pid !== undefined) return { pid, release };
  const result = await child;
  return { exitCode: result.exitCode ?? -1, stdout: '', stderr: String(result.stderr ?? result.message ?? '') };

  async function release(): Promise<void> {
    child.stdin.end();
    await child;
  }
}

/**
 * Starts a program that outlives this process: in a session of its own, with nothing of ours open. Resolves when it has printed
 * its first line; to what it said on standard error when it ended before that.
 */
export async function startDetached(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const child = execa(file, args, {
    stdin: 'ignore',
    env: { PATH: searchPath(), LC_ALL: 'C', ...env },
    extendEnv: false,
    reject: false,
    detached: true,
    cleanup: false,
    buffer: { stdout: false, stderr: true },
  });
  const started = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)));
  if (!(await Promise.race([started, child.then(() => false)]))) {
    const result = await child;
    return String(result.stderr ?? '') || (result.message ?? 'it ended at once');
  }
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return undefined;
}

/** Folders where programs are looked for, in order. */
export function searchPath(): string {
  const own = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...own, ...SBIN.filter((folder) => !own.includes(folder))].join(':');
}

function problemOf(result: {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly isTerminated: boolean;
  readonly code?: string | undefined;
}): Ran['problem'] {
  if (result.timedOut) return 'timeout';
  if (result.isMaxBuffer) return 'too-much-output';
  if (result.code === 'ENOENT' || result.code === 'EACCES') return 'missing';
  return result.isTerminated ? 'killed' : undefined;
}
