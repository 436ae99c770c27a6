import { stat } from 'node:fs/promises';
import { findProgram } from './find-program.ts';

/** Tells the file that a program's name stands for from every other file that could take its place. */
export async function describeProgram(name: string, path: string): Promise<string> {
  const file = findProgram(name, path);
  if (file === undefined) return `${name} is missing`;
  const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
  return [file, dev, ino, size, mtimeMs, ctimeMs].join(' ');
}
