import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opens an ordinary file to be read, of at most so many bytes; never waits for a pipe. Throws what open throws, and for other files. */
export async function openBounded(path: string, largest: number): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is not an ordinary file');
    if (found.size > largest) throw new Error(`it has ${found.size} bytes, at most ${largest} are read`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
