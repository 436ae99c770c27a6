import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { findDataFolder } from './data-folder.ts';

const { O_CREAT, O_APPEND, O_WRONLY, O_NOFOLLOW } = constants;

/**
 * Appends one line, with the time in front, to `fw.log` in the data folder. One that was moved or removed is not made anew: a folder that knows nothing of
 * the applies of before would say that none waits.
 */
export async function appendLog(dataDir: string, now: Date, words: string): Promise<void> {
  const folder = await findDataFolder(dataDir);
  if (folder === undefined) return;
  const path = join(folder, 'fw.log');
  const file = await open(path, O_CREAT | O_APPEND | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(`${now.toISOString()} ${words}\n`);
  } finally {
    await file.close();
  }
}
