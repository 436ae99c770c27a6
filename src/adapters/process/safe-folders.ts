import { isPrivileged } from '../host/capabilities.ts';
import { findUnsafePath, type Trusted } from '../state-files/unsafe-path.ts';

const known = new Map<string, readonly string[]>();

/**
 * Of the folders of a search path those from which this user may start programs: with privileges only where no user but root and this one can put one.
 * A folder that is not there is left out, since the user who can make it decides what is in it.
 */
export function safeFolders(path: string): readonly string[] {
  const absolute = path.split(':').filter((folder) => folder.startsWith('/'));
  if (!isPrivileged()) return absolute;
  const found = known.get(path) ?? absolute.filter(isClosed);
  known.set(path, found);
  return found;
}

function isClosed(folder: string): boolean {
  const trusted: Trusted = { uids: new Set([0, process.geteuid?.() ?? 0]), folders: new Set() };
  try {
    return findUnsafePath(folder, trusted).found === undefined;
  } catch {
    return false;
  }
}
