import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkReplaceable } from './check-replaceable.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * Replaces a file of metrics as a whole, by a rename in its folder: the collector reads the old text or the new one. Mode 0644, since the
 * collector is another user; the name of the temporary file does not end in `.prom`, so the collector leaves it out.
 */
export async function replaceMetrics(path: string, text: string): Promise<void> {
  checkReplaceable(path);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  const file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o644);
  try {
    await file.chmod(0o644);
    await file.writeFile(text);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** Appends to an ordinary file that is there already, as a pipeline makes it; nothing is created and no link is followed. */
export async function appendReport(path: string, text: string): Promise<void> {
  const file = await open(path, O_APPEND | O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not an ordinary file');
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
