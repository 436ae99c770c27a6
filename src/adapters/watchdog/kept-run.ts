import { FwError } from '../../core/diagnostics/errors.ts';
import { type Fate, foldFate, foldJournal } from '../../core/journal/run-state.ts';
import type { Clock, KeptRun } from '../../ports/ports.ts';
import { takeFlock } from '../lock/flock.ts';
import { openLockOfWayBack, writeHolder } from '../lock/lock-file.ts';
import { isAtPlace, openRuntimeLock, removeRuntimeLock, runtimeFolder, runtimeLockPath } from '../lock/runtime-lock.ts';
import { END_BYTES, journalPath, printEntry, tidyJournal } from '../store/journal-store.ts';
import { openOwn } from '../store/open-own.ts';
import { inTime } from './in-time.ts';
import { type KeptFile, keepFile } from './kept-file.ts';
import { enterRegister } from './register.ts';
import { type Locked, type LockToTake, lockOf, takeLock } from './wait-for-lock.ts';

/** A process that asks whether an apply is watched takes the lock of the journal for a moment. */
const ASKED_SECONDS = 5;

/**
 * Opens the journal and the lock of an apply and keeps them. The journal is locked as long as this process lives: that is how others see that it is
 * watched. The lock is a shared one: a second watchdog does no harm.
 */
export async function keepRun(
  root: string,
  id: string,
  options: { readonly clock: Clock; readonly patienceSeconds: number; readonly killed: (pid: number) => void },
): Promise<KeptRun & { readonly descriptors: () => readonly number[] }> {
  const opened = await openOwn(journalPath(root, id));
  if (opened === undefined) throw new FwError('apply.no-watchdog', `there is no journal ${id} to watch`);
  const journal = keepFile(opened);
  const run = foldJournal(await opened.readFile('utf8'));
  if (run === undefined) throw new FwError('apply.no-watchdog', `the journal ${id} is not whole`);
  const { file, path } = await openLockOfWayBack(root);
  const lock = await lockOf(await keepFile(file).readable());
  await file.close();
  const seen = await takeFlock(opened.fd, ASKED_SECONDS, 'shared');
  if (seen.kind !== 'held') throw new FwError('apply.no-watchdog', `the journal ${id} cannot be locked`);
  // Looked up now: later the disk of the folder may not answer.
  const second = await runtimeLockPath(root);
  const leaveRegister = await enterRegister(await runtimeFolder(), root, run);
  let brokenBy: string | undefined;
  let holding: readonly Locked[] = [];
  return {
    run,
    fate: oneAtATime(() => readFate(journal)),
    append: async (entry) => {
      if (entry.kind === 'end' && entry.outcome === 'broken') {
        // It is tried again for ever; the journal does not grow for ever.
        if (entry.said === brokenBy) return;
        brokenBy = entry.said;
      }
      await inTime(journal.append(printEntry(entry)));
      if (entry.kind === 'end' && entry.outcome !== 'broken') await tidyJournal(root, id).catch(() => {});
    },
    concluded: leaveRegister,
    hasName: () => inTime(journal.hasName()).catch(() => true),
    descriptors: () => holding.map(({ fd }) => fd),
    acquire: async () => {
      const first = second === undefined ? undefined : await takeRuntime(second, options);
      const taken = first === undefined ? [] : [first];
      taken.push(await takeLock(lock, options));
      const other = await lockAtPlace(path, lock.kept);
      if (other !== undefined) taken.push(await takeLock(other, options));
      holding = taken;
      await inTime(writeHolder(path, 'fw watchdog')).catch(() => {});
      return {
        release: async () => {
          holding = [];
          for (const one of taken) await one.free();
        },
      };
    },
  };
}

/** Another file was put in the place of the lock: a process that came later holds that one. */
async function lockAtPlace(path: string, kept: KeptFile): Promise<LockToTake | undefined> {
  try {
    if (await inTime(kept.isAt(path))) return undefined;
    const file = await openOwn(path);
    return file === undefined ? undefined : await inTime(lockOf(file));
  } catch {
    // No folder, no file, no disk: then no other process can lock it either.
    return undefined;
  }
}

/** The second lock, which no disk decides about. It is a new file whenever no process holds it. Undefined where it cannot be had: that stops no way back. */
async function takeRuntime(path: string, options: Parameters<typeof takeLock>[1]): Promise<Locked | undefined> {
  try {
    for (;;) {
      const opened = await openRuntimeLock(path);
      const locked = await takeLock(await lockOf(opened), options);
      const free = async () => {
        await removeRuntimeLock(opened, path);
        await locked.free();
        await opened.close();
      };
      if (await isAtPlace(opened, path)) return { fd: locked.fd, free };
      await locked.free();
      await opened.close();
    }
  } catch {
    return undefined;
  }
}

async function readFate(journal: KeptFile): Promise<Fate | undefined> {
  const end = await journal.readEnd(END_BYTES);
  const fate = end.includes('\n') ? foldFate(end) : undefined;
  return fate ?? foldFate(await journal.readEnd(Number.POSITIVE_INFINITY));
}

/** A disk that does not answer must not get one thread after the other to wait for it. Undefined while it does not answer, and when it fails. */
function oneAtATime(read: () => Promise<Fate | undefined>): () => Promise<Fate | undefined> {
  let reading: Promise<Fate | undefined> | undefined;
  return async () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    reading.catch(() => {});
    return inTime(reading).catch(() => undefined);
  };
}
