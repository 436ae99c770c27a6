import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../../core/limits.ts';
import { findDataFolder } from './data-folder.ts';

const { O_CREAT, O_APPEND, O_WRONLY, O_NOFOLLOW } = constants;

/** The log, and the one before it. */
export const LOG_FILES = { now: 'fw.log', before: 'fw.log.1' } as const;

/**
 * Appends one line, with the time in front, to `fw.log` in the data folder. One that was moved or removed is not made anew: a folder that knows nothing of
 * the applies of before would say that none waits. A log that is long becomes `fw.log.1`, in the place of the one before.
 */
export async function appendLog(dataDir: string, now: Date, words: string): Promise<void> {
  const folder = await findDataFolder(dataDir);
  if (folder === undefined) return;
  const path = join(folder, LOG_FILES.now);
  const file = await open(path, O_CREAT | O_APPEND | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(`${now.toISOString()} ${words}\n`);
    if ((await file.stat()).size > LIMITS.log.most) await rename(path, join(folder, LOG_FILES.before));
  } finally {
    await file.close();
  }
}
