import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { printRegisterEntry } from '../../core/journal/register-entry.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import { takeFlock } from '../lock/flock.ts';

/** Names of entries end so; a file that is still being written has another name. */
export const ENTRY = '.watched';
const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;

/**
 * Enters an apply at the place where every fw of the machine looks, whatever its data folder: the entry is locked for as long as the watchdog lives. It is written and
 * locked under another name, so every reader sees it whole: a flock stays with the file when that is renamed. Resolves to what takes it out again. Where this
 * user can have no such place there is no entry, which stops nothing.
 */
export async function enterRegister(
  place: string | undefined,
  folder: string,
  run: Pick<RunState, 'id' | 'operator' | 'boot' | 'namespaces'>,
): Promise<() => Promise<void>> {
  if (place === undefined) return async () => {};
  const { id, operator, boot, namespaces = [] } = run;
  const path = join(place, `${id}${ENTRY}`);
  const temporary = join(place, `${id}.${process.pid}.entering`);
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    await file.writeFile(printRegisterEntry({ id, operator, folder, boot, namespaces }));
    await takeFlock(file.fd, 0, 'shared');
    await rename(temporary, path);
    const kept = file;
    return async () => {
      await unlink(path).catch(() => {});
      await kept.close().catch(() => {});
    };
  } catch {
    await file?.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    return async () => {};
  }
}
