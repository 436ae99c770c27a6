import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FwError } from '../../core/errors.ts';
import { findDistrust, type Trusted } from './find-distrust.ts';
import { isPrivileged } from './is-privileged.ts';
import { describe, trustedUsers } from './state-trust.ts';

/**
 * Makes a folder of the data folder, mode 0700 under every usual umask, and proves that nobody else can write there: a real folder, not a
 * link, owned by the user who runs fw, closed to group and others; and, for a privileged user, below folders in which nobody else can put another
 * one in its place. Returns its path.
 */
export async function openDataFolder(root: string, name = ''): Promise<string> {
  const path = join(root, name);
  try {
    await make(resolve(path), { uids: trustedUsers(process.env), folders: new Set() });
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('env.data-folder', `cannot make the data folder ${path}`, {
      said: (cause as Error).message,
      cause,
    });
  }
  const found = await lstat(path);
  const wrong = faultOf(found.isDirectory(), found.uid, found.mode);
  if (wrong !== undefined) throw new FwError('env.data-folder', `the data folder ${path} ${wrong}`);
  return path;
}

/** One folder at a time from above: each is looked at before anything is made in it, so a planted link leads nowhere. */
async function make(path: string, trusted: Trusted): Promise<void> {
  const parent = dirname(path);
  if (parent === path) return;
  const isThere = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  if (!isThere) await make(parent, trusted);
  checkAbove(path, parent, trusted);
  if (isThere) return;
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Another fw may make it at the same time.
    if (error.code !== 'EEXIST') throw error;
  });
}

function checkAbove(path: string, parent: string, trusted: Trusted): void {
  if (!isPrivileged()) return;
  const { found } = findDistrust(parent, trusted, { isOnTheWay: true });
  if (found === undefined) return;
  throw new FwError('env.data-folder', `${path} is no safe place for the data of fw: ${describe(found)}`);
}

function faultOf(isFolder: boolean, owner: number, mode: number): string | undefined {
  if (!isFolder) return 'is a link or a file, not a folder';
  if (owner !== process.geteuid?.()) return `belongs to another user (uid ${owner})`;
  if ((mode & 0o077) !== 0) return `is open to other users (mode ${(mode & 0o777).toString(8)})`;
  return undefined;
}
