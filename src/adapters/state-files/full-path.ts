import { lstat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';

/** A path from the root, as the folder is in which fw works. Links are left as they are: they often name what stays the same. */
export function fullPath(path: string): string {
  return resolve(path);
}

/** Whether something is at a path. What may not be looked at counts as there; a relative path, as older versions kept it, says nothing and counts as gone. */
export async function isThere(path: string): Promise<boolean> {
  if (!isAbsolute(path)) return false;
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
