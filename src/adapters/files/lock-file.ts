import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.ts';

/** An open file that a lock belongs to. */
export type LockFile = FileHandle;

const { O_CREAT, O_RDWR, O_RDONLY, O_NOFOLLOW } = constants;

/** Opens the lock file of a data folder and makes it, mode 0600, where it is missing. It is never removed. */
export async function openLockFile(root: string): Promise<{ readonly file: FileHandle; readonly path: string }> {
  const path = join(await openDataFolder(root), 'lock');
  return { file: await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600), path };
}

/** Names the holder in the lock file, for the message that others get. Called only while the lock is held. */
export async function writeHolder(path: string, purpose: string): Promise<void> {
  const file = await open(path, O_RDWR | O_NOFOLLOW);
  try {
    await file.truncate();
    await file.write(`${purpose}, pid ${process.pid}, since ${new Date().toISOString()}\n`, 0);
  } catch {
    // On a full disk the holder has no name. It holds the lock all the same, and may be the one who makes room.
  } finally {
    await file.close();
  }
}

/** Who holds the lock, in words. The holder may not have written its name yet. */
export async function readHolder(path: string): Promise<string> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW);
  try {
    const text = (await file.readFile('utf8')).trim();
    return text === '' ? 'it has not given its name yet' : text;
  } finally {
    await file.close();
  }
}
