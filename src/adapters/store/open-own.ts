import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FwError } from '../../core/diagnostics/errors.ts';

/**
 * Opens a file that fw wrote, for reading: no link, an ordinary file, of root or of the user who runs fw, that no other user may write. So what it
 * holds was written by fw even where others could write in its folder. Undefined where there is none; throws `env.data-folder`.
 */
export async function openOwn(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile() && (found.uid === 0 || found.uid === process.geteuid?.()) && (found.mode & 0o022) === 0)
      return file;
    await file.close();
    const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
    throw new FwError('env.data-folder', `${path} is not as fw wrote it: uid ${found.uid}, mode ${mode}`);
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FwError('env.data-folder', `cannot read ${path}`, { output: (cause as Error).message, cause });
  }
}
