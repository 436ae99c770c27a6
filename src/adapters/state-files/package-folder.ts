import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The folder in which fw is installed: above the one of the program that was started, all links followed. */
export async function packageFolder(program: string): Promise<string> {
  try {
    return dirname(dirname(await realpath(program)));
  } catch {
    return dirname(dirname(program));
  }
}
