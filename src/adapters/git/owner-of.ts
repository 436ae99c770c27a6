import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FolderOwner = { readonly folder: string; readonly uid: number; readonly gid: number };

/** The folder of a path (the path itself, if it is one) and who owns it; undefined when there is none. */
export async function ownerOf(path: string): Promise<FolderOwner | undefined> {
  try {
    const found = await stat(path);
    const folder = found.isDirectory() ? path : dirname(path);
    const { uid, gid } = found.isDirectory() ? found : await stat(folder);
    return { folder, uid, gid };
  } catch {
    return undefined;
  }
}
