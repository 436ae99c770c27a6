import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { enterDataFolder, openDataFolder } from '../store/data-folder.ts';

/** An open file that a lock belongs to. */
export type LockFile = FileHandle;

const { O_CREAT, O_RDWR, O_RDONLY, O_NOFOLLOW, O_DIRECTORY } = constants;

/** Opens the lock file of a data folder for new work and makes it, mode 0600, where it is missing. It is never removed. */
export async function openLockFile(root: string): Promise<{ readonly file: FileHandle; readonly path: string }> {
  const path = join(await openDataFolder(root), 'lock');
  return { file: await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600).catch(fail(path)), path };
}

/**
 * The same for the ways back, whatever became of the folder and its disk: flock(2) takes a descriptor that is read-only, too. Where the file is
 * missing and cannot be made, every process that comes this way locks the folder itself.
 */
export async function openLockOfWayBack(root: string): Promise<{ readonly file: FileHandle; readonly path: string }> {
  const folder = (await enterDataFolder(root)) ?? root;
  const path = join(folder, 'lock');
  const file = await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600)
    .catch(() => open(path, O_RDONLY | O_NOFOLLOW))
    .catch(() => open(folder, O_RDONLY | O_DIRECTORY))
    .catch(fail(path));
  return { file, path };
}

/** The lock file for those who only ask; undefined where there is none. */
export async function findLockFile(
  root: string,
): Promise<{ readonly file: FileHandle; readonly path: string } | undefined> {
  const folder = await enterDataFolder(root);
  if (folder === undefined) return undefined;
  const path = join(folder, 'lock');
  try {
    return { file: await open(path, O_RDONLY | O_NOFOLLOW), path };
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : fail(path)(cause as Error);
  }
}

function fail(path: string): (cause: Error) => never {
  return (cause) => {
    throw new FwError('env.data-folder', `cannot open ${path}: ${cause.message}`, {
      next: 'See whether the disk of the data folder is full or read-only, then run again.',
      cause,
    });
  };
}

/** Names the holder in the lock file, for the message that others get. Called only while the lock is held; it holds without a name, too. */
export async function writeHolder(path: string, purpose: string): Promise<void> {
  const file = await open(path, O_RDWR | O_NOFOLLOW).catch(() => undefined);
  try {
    await file?.truncate();
    await file?.write(`${purpose}, pid ${process.pid}, since ${new Date().toISOString()}\n`, 0);
  } catch {
    // On a full disk the holder has no name. It may be the one who makes room.
  } finally {
    await file?.close();
  }
}

/** Who holds the lock, in words. The holder may not have written its name yet; undefined where it has just ended and taken its file away. */
export async function readHolder(path: string): Promise<string | undefined> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (file === undefined) return undefined;
  try {
    const text = (await file.readFile('utf8')).trim();
    return text === '' ? 'it has not given its name yet' : text;
  } finally {
    await file.close();
  }
}
