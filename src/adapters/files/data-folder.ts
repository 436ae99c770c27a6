import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FwError } from '../../core/errors.ts';
import { makeFolders } from './make-folders.ts';
import { describe } from './state-trust.ts';

/**
 * Makes a folder of the data folder, mode 0700 under every usual umask, and proves that nobody else can write there: a real folder, not a
 * link, owned by the user who runs fw, closed to group and others; and, for a privileged user, below folders in which nobody else can put another
 * one in its place. Returns its path. Throws `env.permission` where only root may use it, else `env.data-folder`.
 */
export async function openDataFolder(root: string, name = ''): Promise<string> {
  const path = join(root, name);
  try {
    await makeFolders(resolve(path), (at, found) => {
      throw new FwError('env.data-folder', `${at} is no safe place for the data of fw: ${describe(found)}`);
    });
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    if (isRefused(cause)) throw notOurs(root, 'cannot be used by this user', cause);
    throw new FwError('env.data-folder', `cannot make the data folder ${path}`, {
      said: (cause as Error).message,
      cause,
    });
  }
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === 0 && process.geteuid?.() !== 0) throw notOurs(root, 'is that of root');
  const wrong = faultOf(found.isDirectory(), found.uid, found.mode);
  if (wrong !== undefined) throw new FwError('env.data-folder', `the data folder ${path} ${wrong}`);
  return path;
}

/** The kernel says no to this user; to root it says so only for other reasons, such as a file system that is read only. */
function isRefused(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return (code === 'EACCES' || code === 'EPERM') && process.geteuid?.() !== 0;
}

function notOurs(root: string, why: string, cause?: unknown): FwError {
  return new FwError('env.permission', `the data folder ${root} ${why}`, {
    next: 'Run as root, or name a data folder of your own with --data-dir.',
    ...(cause === undefined ? {} : { said: (cause as Error).message, cause }),
  });
}

function faultOf(isFolder: boolean, owner: number, mode: number): string | undefined {
  if (!isFolder) return 'is a link or a file, not a folder';
  if (owner !== process.geteuid?.()) return `belongs to another user (uid ${owner})`;
  if ((mode & 0o077) !== 0) return `is open to other users (mode ${(mode & 0o777).toString(8)})`;
  return undefined;
}
