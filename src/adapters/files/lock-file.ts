import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.ts';

const { O_CREAT, O_RDWR, O_RDONLY, O_NOFOLLOW } = constants;

/** Makes sure that the lock file of a data folder exists, mode 0600, and returns its path. It is never removed. */
export async function prepareLockFile(root: string): Promise<string> {
  const path = join(await openDataFolder(root), 'lock');
  const file = await open(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
  await file.close();
  return path;
}

/** Names the holder in the lock file, for the message that others get. Called only while the lock is held. */
export async function writeHolder(path: string, purpose: string): Promise<void> {
  const file = await open(path, O_RDWR | O_NOFOLLOW);
  try {
    await file.truncate();
    await file.write(`${purpose}, pid ${process.pid}, since ${new Date().toISOString()}\n`, 0);
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
