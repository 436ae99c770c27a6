import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Never follows a link that somebody put in the place of the file, and never gives group or others a bit. */
const { O_CREAT, O_EXCL, O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;

/** Creates a file that must not exist yet, writes it, and returns once file and folder entry are on disk. */
export async function createSynced(path: string, text: string): Promise<void> {
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

/** Appends to a file that exists, and returns once the data is on disk. */
export async function appendSynced(path: string, text: string): Promise<void> {
  const file = await open(path, O_APPEND | O_WRONLY | O_NOFOLLOW);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Replaces a file as a whole: readers see the old text or the new one, also after a crash. */
export async function replaceSynced(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${process.hrtime.bigint()}`);
  await createSynced(temporary, text);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
