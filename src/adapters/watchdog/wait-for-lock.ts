import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../ports/ports.ts';
import { dropFlock, type Taken, takeFlock } from '../lock/flock.ts';
import { findHolders, type Holder, holdsLock, isLockedByOthers, signOfLife } from '../lock/lock-holders.ts';
import { within } from '../store/limit-store.ts';
import { inTime } from './in-time.ts';
import { type KeptFile, keepFile } from './kept-file.ts';

/** A look at who holds the lock, while it is waited for. */
const LOOK_MS = 2_000;
/** One try to get the lock. It is not without end: flock(1) may hang on a disk that does not answer. */
const TRY_SECONDS = 20;
const LATE_SECONDS = 5;
/** So often flock(1) has to fail before this disk counts as one that refuses locks: once is too little memory, or a program that is being upgraded. */
const REFUSALS = 3;

/** A lock file, and which one it is: later its disk may not answer. */
export type LockToTake = { readonly kept: KeptFile; readonly place: { readonly dev: number; readonly ino: number } };

export async function lockOf(file: FileHandle): Promise<LockToTake> {
  const { dev, ino } = await file.stat();
  return { kept: keepFile(file), place: { dev, ino } };
}

/** A descriptor that holds the lock, or is about to, and how it lets go. */
export type Locked = { readonly fd: number; readonly free: () => Promise<void> };

/**
 * Waits for the lock as long as a process holds it, and meanwhile ends a holder that has stopped. Where flock(1) fails or does not end, time after time, and no process is seen to
 * hold the lock, this goes on without it: a disk that refuses locks must not keep rules live that were not confirmed, and no other fw can begin there.
 */
export async function takeLock(
  { kept, place }: LockToTake,
  options: { readonly clock: Clock; readonly patienceSeconds: number; readonly killed: (pid: number) => void },
): Promise<Locked> {
  const watching = watchHolders(place, options);
  try {
    for (let failures = 0; ; ) {
      const file = await openToLock(kept);
      const kind = await tryLock(file.fd);
      if (kind === 'held') return file;
      failures = kind === 'taken' ? 0 : failures + 1;
      if (failures >= REFUSALS && !isLockedByOthers(place)) return file;
      await file.free();
      if (failures > 0) await options.clock.sleep(LOOK_MS);
    }
  } finally {
    watching.end();
  }
}

/** A program that hangs on its disk may not even be killed. */
async function tryLock(descriptor: number): Promise<Taken['kind']> {
  const late = () => new Error('flock(1) does not end');
  try {
    return (await within((TRY_SECONDS + LATE_SECONDS) * 1000, takeFlock(descriptor, TRY_SECONDS), late)).kind;
  } catch {
    return 'late';
  }
}

/**
 * fw that is stopped (SIGSTOP, a debugger, a frozen group of processes) holds the lock for ever, with rules live that are not proven. One that got no processor
 * for so long is killed: then the kernel frees the lock, as soon as the last program that writes for it is through.
 */
function watchHolders(
  file: LockToTake['place'],
  options: { readonly clock: Clock; readonly patienceSeconds: number; readonly killed: (pid: number) => void },
): { end(): void } {
  let isOver = false;
  const seen = new Map<number, { sign: string; seconds: number }>();
  const watchThem = async () => {
    let holders: readonly Holder[] = [];
    for (let last = options.clock.uptime(); ; ) {
      await options.clock.sleep(LOOK_MS);
      if (isOver) return;
      holders = holders.filter(({ pid }) => holdsLock(pid, file)).map(({ pid }) => ({ pid, sign: signOfLife(pid) }));
      if (holders.length === 0) holders = findHolders(file);
      const now = options.clock.uptime();
      // Of the time that the machine itself slept only a little counts.
      const passed = Math.min(now - last, (2 * LOOK_MS) / 1000);
      last = now;
      for (const { pid, sign } of holders) {
        const before = seen.get(pid);
        const seconds = before?.sign === sign ? before.seconds + passed : 0;
        seen.set(pid, { sign, seconds });
        if (seconds < options.patienceSeconds || !holdsLock(pid, file)) continue;
        process.kill(pid, 'SIGKILL');
        options.killed(pid);
      }
    }
  };
  watchThem().catch(() => {});
  return {
    end: () => {
      isOver = true;
    },
  };
}

/** To open a file anew asks its disk; where that fails, what is open already is locked itself. */
async function openToLock(kept: KeptFile): Promise<Locked> {
  try {
    const file = await inTime(kept.lockable());
    return { fd: file.fd, free: () => inTime(file.close()).catch(() => {}) };
  } catch {
    const { fd } = kept.handle;
    return { fd, free: () => dropFlock(fd) };
  }
}
