import { findDistrust, type Trusted } from './find-distrust.ts';
import { isRoot } from './is-root.ts';

const known = new Map<string, readonly string[]>();

/**
 * Of the folders of a search path those from which this user may start programs: as root only where nobody but root can put one.
 * A folder that is not there is left out, since whoever can make it decides what is in it.
 */
export function safeFolders(path: string): readonly string[] {
  const absolute = path.split(':').filter((folder) => folder.startsWith('/'));
  if (!isRoot()) return absolute;
  const found = known.get(path) ?? absolute.filter(isOnlyForRoot);
  known.set(path, found);
  return found;
}

function isOnlyForRoot(folder: string): boolean {
  const trusted: Trusted = { uids: new Set([0]), folders: new Set() };
  try {
    return findDistrust(folder, trusted).found === undefined;
  } catch {
    return false;
  }
}
