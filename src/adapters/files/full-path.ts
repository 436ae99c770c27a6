import { resolve } from 'node:path';

/** A path from the root, as the folder is in which fw works. Links are left as they are: they often name what stays the same. */
export function fullPath(path: string): string {
  return resolve(path);
}
