import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isPrivileged } from '../host/capabilities.ts';
import { trustedUsers } from '../state-files/state-trust.ts';
import { findUnsafePath, type Trusted, type UnsafePath } from '../state-files/unsafe-path.ts';

/**
 * Makes an absolute folder and those above it that are missing, mode 0700, one at a time from above: with privileges each is looked at before
 * anything is made in it, so a planted link leads nowhere. `refuse` throws for a folder in which another user could put another one in its place.
 */
export async function makeFolders(
  path: string,
  refuse: Refuse,
  made: (path: string) => Promise<void> = async () => {},
): Promise<void> {
  await make(path, { uids: trustedUsers(process.env), folders: new Set() }, { refuse, made });
}

type Refuse = (path: string, found: UnsafePath) => never;

async function make(
  path: string,
  trusted: Trusted,
  calls: { readonly refuse: Refuse; readonly made: (path: string) => Promise<void> },
): Promise<void> {
  const parent = dirname(path);
  if (parent === path) return;
  const isThere = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  if (!isThere) await make(parent, trusted, calls);
  if (isPrivileged()) {
    const { found } = findUnsafePath(parent, trusted, { isOnTheWay: true });
    if (found !== undefined) calls.refuse(path, found);
  }
  if (isThere) return;
  const isMade = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      // Another fw may make it at the same time.
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
  if (isMade) await calls.made(path);
}
