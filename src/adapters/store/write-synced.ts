import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';

/** Never follows a link in the place of the file, and never gives group or others a bit. */
const { O_CREAT, O_EXCL, O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;

/** What else is done with a file once it is made and before anything stands in it. */
type OnMade = (file: FileHandle) => Promise<void>;

const keep: OnMade = async () => {};

/**
 * Creates a file that must not exist yet, writes it, and returns once file and folder entry are on disk. Throws `env.data-folder`
 * when that fails, and then nothing is left of it.
 */
export async function createSynced(path: string, text: string, made: OnMade = keep): Promise<void> {
  await create(path, text, { made, written: () => syncFolder(dirname(path)) });
}

/** The same for a file that is renamed next: its folder entry need not last, `renameSynced` syncs the one that must. */
export async function createTemporary(path: string, text: string, made: OnMade = keep): Promise<void> {
  await create(path, text, { made, written: async () => {} });
}

export async function renameSynced(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

async function create(
  path: string,
  text: string,
  { made, written }: { readonly made: OnMade; readonly written: () => Promise<void> },
): Promise<void> {
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600).catch(fail(path));
  try {
    await writeWhole(file, text, made);
    await written();
  } catch (error) {
    await unlink(path).catch(() => {});
    fail(path)(error as Error);
  }
}

/**
 * Appends to a file that exists, and returns once the data is on disk. Throws `env.data-folder` when that fails; then the file is what
 * it was, as far as the disk allows.
 */
export async function appendSynced(path: string, text: string): Promise<void> {
  const file = await open(path, O_APPEND | O_WRONLY | O_NOFOLLOW).catch(fail(path));
  await appendOrLeave(file, text).catch(fail(path));
}

/** The same for a file that is open to append, which it closes. Throws what the disk answers. */
export async function appendOrLeave(file: FileHandle, text: string): Promise<void> {
  try {
    const { size } = await file.stat();
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (error) {
      await file.truncate(size).catch(() => {});
      throw error;
    }
  } finally {
    await file.close();
  }
}

/** Replaces a file as a whole: readers see the old text or the new one, also after a crash. */
export async function replaceSynced(path: string, text: string, made: OnMade = keep): Promise<void> {
  await replaceUnsynced(path, text, made);
  await syncFolder(dirname(path));
}

/** The same for one of many files of a folder, which is synced after the last one: until then a crash may bring the old text back. */
export async function replaceUnsynced(path: string, text: string, made: OnMade = keep): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${process.hrtime.bigint()}`);
  await createTemporary(temporary, text, made);
  await rename(temporary, path);
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeWhole(file: FileHandle, text: string, made: OnMade): Promise<void> {
  try {
    await made(file);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function fail(path: string): (cause: Error) => never {
  return (cause) => {
    throw new FwError('env.data-folder', `cannot write ${path}`, {
      output: cause.message,
      next: 'See whether the disk is full (blocks or inodes) or read-only, or ulimit -f too small, then run again.',
      cause,
    });
  };
}
