import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { LIMITS } from '../../core/limits.ts';

/** What lets another user change what a path leads to. */
export type UnsafePath = {
  readonly path: string;
  readonly uid: number;
  readonly mode: number;
  readonly why: 'owner' | 'mode';
};

/** Folders that were found good, so that 20,000 files of one folder cost one look at what is above it. */
export type Trusted = { readonly uids: ReadonlySet<number>; readonly folders: Set<string> };

const MOST_LINKS = LIMITS.links.most;
const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/**
 * Whether a user other than those given may change what stands at a path: the owner and mode of the file, of every folder above it, and
 * of every link on the way. In a folder with the sticky bit (/tmp) others cannot rename what a trusted user owns, so it may be on the
 * way, but not be the last folder, unless that is meant to be on the way to something that does not exist yet. `found` is undefined
 * when all is good; throws what lstat throws.
 *
 * A user who may write nowhere on the way cannot swap anything between this look and the opening of the file.
 */
export function findUnsafePath(
  path: string,
  trusted: Trusted,
  options: { readonly isOnTheWay: boolean } = { isOnTheWay: false },
): { readonly real: string; readonly found?: UnsafePath } {
  let rest = resolve(path).split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  let found = checkFolder(at, lstatSync(at), options.isOnTheWay || rest.length > 0, trusted);
  while (rest.length > 0 && found === undefined) {
    const [name = '', ...after] = rest;
    const next = `${at === '/' ? '' : at}/${name}`;
    const stats = trusted.folders.has(next) && after.length > 0 ? undefined : lstatSync(next);
    if (stats?.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
      found = trusted.uids.has(stats.uid) ? undefined : unsafePath(next, stats, 'owner');
      rest = [...resolve(at, readlinkSync(next)).split('/').filter(Boolean), ...after];
      at = '/';
      continue;
    }
    if (stats !== undefined) found = checkFolder(next, stats, options.isOnTheWay || after.length > 0, trusted);
    at = next;
    rest = after;
  }
  return found === undefined ? { real: at } : { real: at, found };
}

/** `isOnTheWay`: something below it is meant. */
function checkFolder(path: string, stats: Stats, isOnTheWay: boolean, trusted: Trusted): UnsafePath | undefined {
  if (!trusted.uids.has(stats.uid)) return unsafePath(path, stats, 'owner');
  const isSticky = isOnTheWay && stats.isDirectory() && (stats.mode & STICKY) !== 0;
  if ((stats.mode & OTHERS_WRITE) !== 0 && !isSticky) return unsafePath(path, stats, 'mode');
  if (stats.isDirectory() && !isSticky) trusted.folders.add(path);
  return undefined;
}

function unsafePath(path: string, { uid, mode }: Stats, why: UnsafePath['why']): UnsafePath {
  return { path, uid, mode: mode & 0o7777, why };
}
