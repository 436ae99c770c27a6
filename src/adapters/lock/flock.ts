import { run } from '../process/exec.ts';

/** Exit code that we ask `flock` to use when the lock is taken, to tell it from its own failures. */
const TAKEN = 75;

export type Taken =
  | { readonly kind: 'held' }
  | { readonly kind: 'taken' }
  /** flock(1) itself did not end within the longest time for one program. */
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly output: string };

/**
 * Locks an open file of ours, through flock(1) with the file as its descriptor: flock(2) locks belong to the open file, not to a process, so the
 * lock stays when flock(1) has ended, and goes when the last copy of the descriptor is closed. Waits that many seconds; Infinity is for ever.
 */
export async function takeFlock(
  descriptor: number,
  timeoutSeconds: number,
  kind: 'exclusive' | 'shared' = 'exclusive',
): Promise<Taken> {
  const wait = waitArguments(timeoutSeconds);
  const ran = await run('flock', [`--${kind}`, ...wait, '--conflict-exit-code', String(TAKEN), '3'], {
    descriptors: [descriptor],
    ...(wait.length === 0 ? { timeoutMs: Number.POSITIVE_INFINITY } : {}),
  });
  if (ran.exitCode === 0) return { kind: 'held' };
  if (ran.problem === 'timeout') return { kind: 'late' };
  if (ran.exitCode === TAKEN) return { kind: 'taken' };
  return { kind: 'failed', output: ran.stderr.trim() };
}

/**
 * Frees a lock without closing the file, for a file that cannot be opened anew. Every copy of the descriptor loses it, also those of programs that were
 * started with one.
 */
export async function dropFlock(descriptor: number): Promise<void> {
  await run('flock', ['--unlock', '3'], { descriptors: [descriptor] });
}

function waitArguments(seconds: number): readonly string[] {
  if (seconds === Number.POSITIVE_INFINITY) return [];
  return seconds === 0 ? ['--nonblock'] : ['--timeout', String(seconds)];
}
