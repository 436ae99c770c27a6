import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunState } from '../../core/journal/run-state.ts';
import type { OtherRun } from '../../ports/ports.ts';
import { takeFlock } from '../lock/flock.ts';
import { runtimeFolder } from '../lock/runtime-lock.ts';
import { ENDED, journalPath } from '../store/journal-store.ts';
import { inTime } from '../store/limit-store.ts';
import { openOwn } from '../store/open-own.ts';

const END = '.watched';
const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;

type Entry = Pick<OtherRun, 'id' | 'operator' | 'folder' | 'namespaces'>;

/**
 * Enters an apply where every fw of the machine looks, whatever its data folder: the entry is locked for as long as the watchdog lives. Resolves to what
 * takes it out again. Where this user can have no such place there is no entry, which stops nothing.
 */
export async function enterRegister(folder: string, run: RunState): Promise<() => Promise<void>> {
  const { id, operator, namespaces = [] } = run;
  const entry: Entry = { id, operator, folder, namespaces };
  let file: FileHandle | undefined;
  try {
    const place = await runtimeFolder();
    if (place === undefined) return async () => {};
    const path = join(place, `${id}${END}`);
    file = await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
    await takeFlock(file.fd, 0, 'shared');
    await file.truncate();
    await file.write(JSON.stringify(entry), 0);
    const kept = file;
    return async () => {
      await unlink(path).catch(() => {});
      await kept.close().catch(() => {});
    };
  } catch {
    await file?.close().catch(() => {});
    return async () => {};
  }
}

/** All entries, of any data folder; `folder` is that of this run. One whose watchdog is gone is still there; `isAlive` tells. */
export async function readRegister(folder: string): Promise<readonly OtherRun[]> {
  const place = await runtimeFolder();
  const names = place === undefined ? [] : await readdir(place).catch(() => []);
  const found: OtherRun[] = [];
  for (const name of names.filter((one) => one.endsWith(END)).sort()) {
    const path = join(place ?? '', name);
    const entry = await readEntry(path);
    if (entry !== undefined)
      found.push({
        ...entry,
        isAtThisPath: entry.folder === folder,
        isAlive: async () => !(await isEnded(entry)) && isLocked(path),
      });
  }
  return found;
}

/** Undefined for one that goes in this moment, or is just being written. */
async function readEntry(path: string): Promise<Entry | undefined> {
  const file = await openOwn(path).catch(() => undefined);
  try {
    return file === undefined ? undefined : (JSON.parse(await file.readFile('utf8')) as Entry);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** A watchdog that waits takes two seconds to see that its apply was confirmed or rejected. */
async function isEnded({ folder, id }: Entry): Promise<boolean> {
  const found = inTime(stat(journalPath(folder, id, ENDED)), 'looking for the end of an apply');
  return found.then(
    () => true,
    () => false,
  );
}

async function isLocked(path: string): Promise<boolean> {
  const file = await openOwn(path).catch(() => undefined);
  if (file === undefined) return false;
  const { kind } = await takeFlock(file.fd, 0).finally(() => file.close());
  // What a watchdog left that was killed: its data folder knows of the apply.
  if (kind === 'held') await unlink(path).catch(() => {});
  return kind === 'taken';
}
