import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LockFile } from './lock-file.ts';

/** In memory, so no disk that is full or gone decides about it, and gone with the boot. */
const FOLDER = '/run/fw';
const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;

/**
 * Where the second lock of a data folder is: by the path of the folder, whatever becomes of the folder and of the lock file in it. Undefined where
 * this user can have none: then the lock file is the only one.
 */
export async function runtimeLockPath(root: string): Promise<string | undefined> {
  const folder = await runtimeFolder();
  if (folder === undefined) return undefined;
  const place = await realpath(root).catch(() => resolve(root));
  return join(folder, `${createHash('sha256').update(place).digest('hex').slice(0, 32)}.lock`);
}

/** The folder, which belongs to this user alone; undefined where it cannot be had. */
export async function runtimeFolder(): Promise<string | undefined> {
  try {
    await mkdir(FOLDER, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const found = await lstat(FOLDER);
    const isOurs = found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0;
    return isOurs ? FOLDER : undefined;
  } catch {
    return undefined;
  }
}

export function openRuntimeLock(path: string): Promise<LockFile> {
  return open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
}

/** For those who only ask: undefined where there is none. */
export function findRuntimeLock(path: string): Promise<LockFile | undefined> {
  return open(path, constants.O_RDONLY | O_NOFOLLOW).catch(() => undefined);
}

/** Whether an open file is the one that is at a path. */
export async function isAtPlace(file: LockFile, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  return there !== undefined && own.dev === there.dev && own.ino === there.ino;
}

/** Takes the file away while it is still locked: a process that waits for it sees that it is not at its place any more, and opens the next one. */
export async function removeRuntimeLock(file: LockFile, path: string): Promise<void> {
  if (await isAtPlace(file, path).catch(() => false)) await unlink(path).catch(() => {});
}
