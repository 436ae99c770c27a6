import { constants } from 'node:fs';
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Documents, StateFile } from '../../ports/ports.ts';
import { forCallerIn, giveFolder } from '../host/sudo-caller.ts';
import { describe, openStateTrust, type StateTrust } from '../state-files/state-trust.ts';
import { makeFolders } from '../store/make-folders.ts';
import { createSynced, createTemporary, syncFolder } from '../store/write-synced.ts';

const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;

/**
 * Files for people to edit. No new one is written when one of them exists already. With privileges none is made where fw would not read it as
 * a state: in a folder that others may write, or below one.
 */
export function openDocuments(options: { readonly allowUntrusted: boolean }): Documents {
  const trust = openStateTrust(options);
  return {
    async create(_folder, files) {
      for (const { path } of files) await refuseExisting(path);
      for (const folder of new Set(files.map(({ path }) => dirname(resolve(path)))))
        await makeFolder(folder, options, trust);
      for (const file of files) await write(file);
    },
    async replace(files) {
      for (const file of files) await replace(file);
    },
  };
}

async function makeFolder(
  folder: string,
  options: { readonly allowUntrusted: boolean },
  trust: StateTrust,
): Promise<void> {
  try {
    if (options.allowUntrusted) await mkdir(folder, { recursive: true, mode: 0o700 });
    else
      await makeFolders(
        folder,
        (path, found) => {
          throw new FwError('state.untrusted', `${path} is no safe place for a state: ${describe(found)}`);
        },
        (path) => giveFolder(path, dirname(path)),
      );
    // A folder that was there already may be another user's.
    trust.lookAt(folder);
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('import.unwritable', `cannot make the folder ${folder}`, {
      output: (cause as Error).message,
      cause,
    });
  }
}

/** Mode and owner of the file are those of the old one, so a state that belongs to a user does not become root's. */
async function replace({ path, text }: StateFile): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    const { mode, uid, gid } = await stat(path);
    const file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    try {
      await file.writeFile(text);
      await file.chown(uid, gid);
      await file.chmod(mode & 0o777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => {});
    throw new FwError('import.unwritable', `cannot write ${path}`, { output: (cause as Error).message, cause });
  }
}

/**
 * A run that is killed in the middle must not leave a part of a state, which may be a valid one with fewer rules: the file gets its name when it is whole. A link, unlike
 * a rename, takes the place of no other file. A file system without links gets the file as it is written.
 */
async function createWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  const forCaller = forCallerIn(dirname(path));
  await createTemporary(temporary, text, forCaller);
  try {
    await link(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw cause;
    await createSynced(path, text, forCaller);
  } finally {
    await unlink(temporary).catch(() => {});
  }
}

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  if (found) throw exists(path);
}

async function write({ path, text }: StateFile): Promise<void> {
  try {
    await createWhole(path, text);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw exists(path);
    throw new FwError('import.unwritable', `cannot write ${path}`, { output: (cause as Error).message, cause });
  }
}

function exists(path: string): FwError {
  return new FwError('import.exists', `${path} exists; nothing was written`);
}
