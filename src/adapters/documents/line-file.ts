import { closeSync, constants, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { checkReplaceable } from './check-replaceable.ts';

const { O_CREAT, O_EXCL, O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;

type LineFile = {
  /** Writes at once, so that the file has all of it also when the process is killed. False when that failed. */
  write(text: string): boolean;
  close(): void;
};

/**
 * A new file, mode 0600, in the place of the one that may be there: no file of another user is written into and no link is followed. Throws
 * `plan.unwritable` where it cannot be made.
 */
export function openLineFile(path: string): LineFile {
  const file = createFile(path);
  return {
    write: (text) => {
      try {
        for (let left = Buffer.from(text); left.length > 0; ) left = left.subarray(writeSync(file, left));
        return true;
      } catch {
        return false;
      }
    },
    close: () => closeSync(file),
  };
}

function createFile(path: string): number {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    checkReplaceable(path);
    const file = openSync(temporary, O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_NOFOLLOW, 0o600);
    try {
      renameSync(temporary, path);
    } catch (error) {
      unlinkSync(temporary);
      throw error;
    }
    return file;
  } catch (cause) {
    throw new FwError('plan.unwritable', `cannot write ${path}`, { output: (cause as Error).message, cause });
  }
}
