import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The file that a program's name stands for: the first executable one in the folders of `path`, behind all links. Undefined if there is none.
 * Without promises: what is looked for is started from the same folders next, and nothing could be done meanwhile.
 */
export function findProgram(name: string, path: string): string | undefined {
  for (const folder of path.split(':')) {
    const file = join(folder, name);
    if (isProgram(file)) return realpathSync(file);
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Tells the file that a program's name stands for from every other file that could take its place. */
export async function describeProgram(name: string, path: string): Promise<string> {
  const file = findProgram(name, path);
  if (file === undefined) return `${name} is missing`;
  const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
  return [file, dev, ino, size, mtimeMs, ctimeMs].join(' ');
}
