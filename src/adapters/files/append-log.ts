import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.ts';

const { O_CREAT, O_APPEND, O_WRONLY, O_NOFOLLOW } = constants;

/** Appends one line, with the time in front, to `fw.log` in the data folder. */
export async function appendLog(dataDir: string, now: Date, words: string): Promise<void> {
  const path = join(await openDataFolder(dataDir), 'fw.log');
  const file = await open(path, O_CREAT | O_APPEND | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(`${now.toISOString()} ${words}\n`);
  } finally {
    await file.close();
  }
}
