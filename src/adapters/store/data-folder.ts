import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { isPrivileged } from '../host/capabilities.ts';
import { describe, trustedUsers } from '../state-files/state-trust.ts';
import { findUnsafePath, type UnsafePath } from '../state-files/unsafe-path.ts';
import { makeFolders } from './make-folders.ts';

/**
 * Makes a folder of the data folder, mode 0700 under every usual umask, and proves that no other user can write there: a real folder, not a
 * link, owned by the user who runs fw, closed to group and others; and, for a privileged user, below folders in which no other user can put another
 * one in its place. Returns its path. Throws `env.permission` where only root may use it, else `env.data-folder`.
 */
export async function openDataFolder(root: string, name = ''): Promise<string> {
  const path = join(root, name);
  try {
    await makeFolders(resolve(path), (at, found) => {
      throw unsafe(at, found);
    });
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    if (isRefused(cause)) throw notOurs(root, 'cannot be used by this user', cause);
    throw new FwError('env.data-folder', `cannot make the data folder ${path}`, {
      output: (cause as Error).message,
      next: 'See whether the disk is full (blocks or inodes) or read-only, or ulimit -f too small, then run again.',
      cause,
    });
  }
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === 0 && process.geteuid?.() !== 0) throw notOurs(root, 'is that of root');
  const wrong = faultOf(path, found, 0o077);
  if (wrong !== undefined) throw wrong;
  return path;
}

/**
 * A folder of the data folder for those who only read: nothing is made, so a file system that is read-only, or a name that is mistyped, is no
 * obstacle. Others may be able to look at it, but what they could have written is refused as above. Undefined where there is none.
 */
export async function findDataFolder(root: string, name = ''): Promise<string | undefined> {
  const path = join(root, name);
  return (await check(root, path, 0o022)) ? path : undefined;
}

/** What new work would be refused for, without making anything; undefined where nothing is wrong. */
export async function findFault(root: string): Promise<FwError | undefined> {
  try {
    for (const name of ['', 'journal', 'generations', 'receipts']) await check(root, join(root, name), 0o077);
    return undefined;
  } catch (error) {
    if (error instanceof FwError) return error;
    throw error;
  }
}

/** False where there is no such folder; throws for one that is not as it must be. */
async function check(root: string, path: string, closed: number): Promise<boolean> {
  const found = await lookAt(root, path);
  if (found === undefined) return false;
  if (isPrivileged()) {
    const trusted = { uids: trustedUsers(process.env), folders: new Set<string>() };
    const { found: wrong } = findUnsafePath(dirname(resolve(path)), trusted, { isOnTheWay: true });
    if (wrong !== undefined) throw unsafe(path, wrong);
  }
  const wrong = faultOf(path, found, closed);
  if (wrong !== undefined) throw wrong;
  return true;
}

/**
 * The same for the ways back, which no mode of a folder may stop: its files are looked at one by one, see `openOwn`. Undefined where there is none, or
 * a link in its place.
 */
export async function enterDataFolder(root: string, name = ''): Promise<string | undefined> {
  const path = join(root, name);
  const found = await lookAt(root, path);
  return found?.isDirectory() === true ? path : undefined;
}

async function lookAt(root: string, path: string): Promise<Stats | undefined> {
  try {
    const found = await lstat(path);
    if (found.isDirectory() && found.uid === 0 && process.geteuid?.() !== 0) throw notOurs(root, 'is that of root');
    return found;
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (isRefused(cause)) throw notOurs(root, 'cannot be used by this user', cause);
    throw new FwError('env.data-folder', `cannot look at the data folder ${path}`, {
      output: (cause as Error).message,
      cause,
    });
  }
}

/** The kernel says no to this user; to root it says so only for other reasons, such as a file system that is read only. */
function isRefused(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return (code === 'EACCES' || code === 'EPERM') && process.geteuid?.() !== 0;
}

function notOurs(root: string, why: string, cause?: unknown): FwError {
  return new FwError('env.permission', `the data folder ${root} ${why}`, {
    next: 'Run as root, or name a data folder of your own with --data-dir.',
    ...(cause === undefined ? {} : { output: (cause as Error).message, cause }),
  });
}

function unsafe(path: string, found: UnsafePath): FwError {
  const remedy = found.why === 'owner' ? `chown root ${shellWord(found.path)}` : `chmod go-w ${shellWord(found.path)}`;
  return new FwError('env.data-folder', `${path} is no safe place for the data of fw: ${describe(found)}`, {
    next: `Let nobody else put another folder in its place: ${remedy}. Or name another one with --data-dir.`,
  });
}

/** `closed` are the bits of the mode that must not be set. */
function faultOf(path: string, found: Stats, closed: number): FwError | undefined {
  const { uid, mode } = found;
  const fault = (what: string, next?: string) =>
    new FwError('env.data-folder', `the data folder ${path} ${what}`, next === undefined ? {} : { next });
  if (!found.isDirectory()) return fault('is a link or a file, not a folder');
  if (uid !== process.geteuid?.()) return fault(`belongs to another user (uid ${uid})`);
  if ((mode & closed) === 0) return undefined;
  return fault(
    `is open to other users (mode ${(mode & 0o777).toString(8)})`,
    `See who had a reason to open it, then close it: chmod 700 ${shellWord(path)}`,
  );
}

/** For a file that may not be there: undefined then. Every other fault is thrown. */
export function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
