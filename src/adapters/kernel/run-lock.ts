import { FwError } from '../../core/errors.ts';
import type { Lock } from '../../ports.ts';
import { prepareLockFile, readHolder, writeHolder } from '../files/lock-file.ts';
import { hold, run } from './exec.ts';

/** Exit code that we ask `flock` to use when the lock is taken, to tell it from its own failures. */
const TAKEN = 75;

/**
 * One run at a time for a data folder. The lock is held by a `flock` process whose input is a pipe that only this process has:
 * however this process ends, the kernel closes the pipe and frees the lock. There is no stale lock to remove.
 */
export function openLock(root: string): Lock {
  return {
    acquire: async (purpose, timeoutSeconds) => {
      const path = await prepareLockFile(root);
      const wait = waitArguments(timeoutSeconds);
      const held = await hold('flock', ['--exclusive', ...wait, '--conflict-exit-code', String(TAKEN), path]);
      if ('exitCode' in held) {
        if (held.exitCode !== TAKEN)
          throw new FwError('env.data-folder', `cannot lock ${path}`, { said: held.stderr.trim() });
        throw new FwError('run.locked', `another fw is at work: ${await readHolder(path)}`);
      }
      await writeHolder(path, purpose);
      return { release: held.release };
    },
    holder: async () => {
      const path = await prepareLockFile(root);
      const tried = await run('flock', ['--shared', '--nonblock', '--conflict-exit-code', String(TAKEN), path, 'true']);
      return tried.exitCode === TAKEN ? await readHolder(path) : undefined;
    },
  };
}

function waitArguments(seconds: number): readonly string[] {
  if (seconds === Number.POSITIVE_INFINITY) return [];
  // Not zero: `fw status` takes the lock for a moment, to see whether it is free.
  return ['--timeout', String(Math.max(seconds, 0.2))];
}
