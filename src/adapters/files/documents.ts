import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FwError } from '../../core/errors.ts';
import type { Documents, StateFile } from '../../ports.ts';
import { createSynced } from './write-synced.ts';

/** New files for people to edit. None is written when one of them exists already. */
export const documents: Documents = {
  async create(_folder, files) {
    for (const { path } of files) await refuseExisting(path);
    for (const file of files) await write(file);
  },
};

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  if (found) throw exists(path);
}

async function write({ path, text }: StateFile): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await createSynced(path, text);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw exists(path);
    throw new FwError('import.unwritable', `cannot write ${path}`, { said: (cause as Error).message, cause });
  }
}

function exists(path: string): FwError {
  return new FwError('import.exists', `${path} exists; nothing was written`);
}
