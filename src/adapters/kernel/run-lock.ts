import { FwError } from '../../core/errors.ts';
import type { Lock } from '../../ports.ts';
import {
  findLockFile,
  type LockFile,
  openLockFile,
  openLockOfWayBack,
  readHolder,
  writeHolder,
} from '../files/lock-file.ts';
import { takeFlock } from './flock.ts';

export type RunLock = Lock & {
  /** The locked file while this process holds the lock, for programs that write live rules: they keep it locked until they are gone. */
  descriptors(): readonly number[];
};

const BEAT_MS = 1000;

/**
 * One run at a time for a data folder. The lock belongs to an open file of this process and of the programs that write live rules for it:
 * however this process ends, the kernel frees the lock, but not before the last commit that it began is through or dead. So whoever
 * gets the lock reads rules that nobody is about to change on behalf of a dead run. There is no stale lock to remove.
 */
export function openLock(root: string): RunLock {
  let held: LockFile | undefined;
  return {
    descriptors: () => (held === undefined ? [] : [held.fd]),
    acquire: async (purpose, timeoutSeconds, options = {}) => {
      const { file, path } = await (options.forWayBack === true ? openLockOfWayBack(root) : openLockFile(root));
      try {
        // Not zero: `fw status` takes the lock for a moment, to see whether it is free.
        const taken = await takeFlock(file.fd, Math.max(timeoutSeconds, 0.2));
        if (taken.kind === 'failed') {
          const next = 'See why flock(1) fails, or raise the limit of open files (ulimit -n), then run again.';
          throw new FwError('env.data-folder', `cannot lock ${path}`, { said: taken.said, next });
        }
        if (taken.kind === 'late') throw new FwError('kernel.timeout', `flock did not end in time on ${path}`);
        if (taken.kind === 'taken') throw new FwError('run.locked', `another fw is at work: ${await readHolder(path)}`);
        await writeHolder(path, purpose);
      } catch (error) {
        await file.close();
        throw error;
      }
      held = file;
      // A sign of life for the watchdog, which ends a holder that gets no processor any more: also while it waits for a program or for an answer.
      const heart = setInterval(() => {}, BEAT_MS).unref();
      return {
        release: async () => {
          clearInterval(heart);
          held = undefined;
          await file.close();
        },
      };
    },
    holder: async () => {
      const found = await findLockFile(root);
      if (found === undefined) return undefined;
      const { file, path } = found;
      try {
        const taken = await takeFlock(file.fd, 0, 'shared');
        return taken.kind === 'taken' ? await readHolder(path) : undefined;
      } finally {
        await file.close();
      }
    },
  };
}
