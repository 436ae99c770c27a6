import { readdir } from 'node:fs/promises';

/** Names in the folder where `ip netns` keeps network namespaces, sorted by code unit. No folder means none. */
export async function readNetnsFolder(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
