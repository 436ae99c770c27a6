import { FwError } from '../../core/diagnostics/errors.ts';
import type { Lock } from '../../ports/ports.ts';
import { inTime } from '../store/limit-store.ts';
import { takeFlock } from './flock.ts';
import { findLockFile, type LockFile, openLockFile, openLockOfWayBack, readHolder, writeHolder } from './lock-file.ts';
import { isLockedByOthers } from './lock-holders.ts';
import { findRuntimeLock, isAtPlace, openRuntimeLock, removeRuntimeLock, runtimeLockPath } from './runtime-lock.ts';

type RunLock = Lock & {
  /** The locked file while this process holds the lock, for programs that write live rules: they keep it locked until they are gone. */
  descriptors(): readonly number[];
};

const BEAT_MS = 1000;

/**
 * One run at a time for a data folder. The lock belongs to an open file of this process and of the programs that write live rules for it:
 * however this process ends, the kernel frees the lock, but not before the last commit that it began is through or dead. So a process
 * that gets the lock reads rules that no program is about to change on behalf of a dead run. There is no stale lock to remove.
 */
export function openLock(root: string): RunLock {
  let current: readonly LockedFile[] = [];
  return {
    descriptors: () => current.map(({ file }) => file.fd),
    standing: async () => {
      const [first, ...more] = current;
      if (first === undefined) return 'lost';
      const stand = await Promise.all(
        [first, ...more].map(({ file, path }) => isAtPlace(file, path).catch(() => false)),
      );
      if (stand.every(Boolean)) return 'held';
      return stand.some((stands, index) => stands && current[index]?.isRuntime === true) ? 'moved' : 'lost';
    },
    acquire: async (purpose, timeoutSeconds, options = {}) => {
      // Not zero: `fw status` takes the lock for a moment, to see whether it is free.
      const end = performance.now() + Math.max(timeoutSeconds, 0.2) * 1000;
      const openFile = () => (options.forWayBack === true ? openLockOfWayBack(root) : openLockFile(root));
      const taken: LockedFile[] = [];
      const release = async () => {
        current = [];
        for (const { file, path, isRuntime } of taken.reverse()) {
          // The work is done by now. A disk that does not answer costs time only: the kernel lets go of the lock when this process ends.
          const letGo = async () => {
            if (isRuntime) await removeRuntimeLock(file, path);
            await file.close();
          };
          await inTime(letGo(), 'letting go of the lock').catch(() => {});
        }
      };
      try {
        // Makes the folder, so that its path can be looked up.
        const first = await openFile();
        await first.file.close();
        const path = await runtimeLockPath(root);
        // Always in this order: two that wait for each other would wait for ever.
        if (path !== undefined) {
          const openRuntime = async () => ({ file: await openRuntimeLock(path), path });
          taken.push({ ...(await takeAtPlace(openRuntime, end, options)), isRuntime: true });
        }
        taken.push({
          ...(await takeAtPlace(openFile, end, { ...options, isSecond: taken.length > 0 })),
          isRuntime: false,
        });
        for (const one of taken) await writeHolder(one.path, purpose);
      } catch (error) {
        await release();
        throw error;
      }
      current = [...taken];
      // A sign of life for the watchdog, which ends a holder that gets no processor any more: also while it waits for a program or for an answer.
      const heart = setInterval(() => {}, BEAT_MS).unref();
      return {
        release: async () => {
          clearInterval(heart);
          await release();
        },
      };
    },
    holder: async () => {
      const found = await findLockFile(root);
      return (found && (await holderOf(found))) ?? (await runtimeHolder(root));
    },
  };
}

type Opened = { readonly file: LockFile; readonly path: string };
type LockedFile = Opened & { readonly isRuntime: boolean };

/**
 * Locks the file that is at its place when it is locked. One that was removed or replaced while it was waited for is no lock: the next process
 * opens another one. `end` is the time, as `performance.now` counts it, at which it gives up. A way back that holds the first lock already goes on where the disk refuses the second:
 * no other run can have it either.
 */
async function takeAtPlace(
  openFile: () => Promise<Opened>,
  end: number,
  options: { readonly forWayBack?: boolean; readonly isSecond?: boolean },
): Promise<Opened> {
  for (;;) {
    const opened = await openFile();
    const { file, path } = opened;
    try {
      const taken = await takeFlock(file.fd, Math.max((end - performance.now()) / 1000, 0.2));
      const isRefused = taken.kind === 'failed' || taken.kind === 'late';
      if (isRefused && options.forWayBack && options.isSecond && !isLockedByOthers(await file.stat())) return opened;
      if (taken.kind === 'failed') {
        const next = 'See why flock(1) fails, or raise the limit of open files (ulimit -n), then run again.';
        throw new FwError('env.data-folder', `cannot lock ${path}`, { output: taken.output, next });
      }
      if (taken.kind === 'late') throw new FwError('kernel.timeout', `flock did not end in time on ${path}`);
      if (taken.kind === 'taken') throw lockedBy(await readHolder(path), options);
      const isFolder = (await file.stat()).isDirectory();
      if (isFolder || (await isAtPlace(file, path))) return opened;
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
  }
}

/** The ways back have no `--lock-timeout`. */
function lockedBy(holder = 'it has just ended', { forWayBack = false }: { readonly forWayBack?: boolean }): FwError {
  return new FwError('run.locked', `another fw is at work: ${holder}`, {
    ...(forWayBack ? { next: 'Wait until the other run has ended, then run again.' } : {}),
  });
}

async function holderOf({ file, path }: Opened): Promise<string | undefined> {
  try {
    const taken = await takeFlock(file.fd, 0, 'shared');
    if (taken.kind === 'held') return undefined;
    if (taken.kind === 'taken') return await readHolder(path);
    // The user must not read that no run is at work, nor that an apply died which goes on.
    return `not known: flock(1) ${taken.kind === 'late' ? 'does not end' : `fails (${taken.output})`}`;
  } finally {
    await file.close();
  }
}

/** A process that works with a lock file that was taken away still holds the second lock. */
async function runtimeHolder(root: string): Promise<string | undefined> {
  const path = await runtimeLockPath(root);
  const file = path === undefined ? undefined : await findRuntimeLock(path);
  return path === undefined || file === undefined ? undefined : holderOf({ file, path });
}
