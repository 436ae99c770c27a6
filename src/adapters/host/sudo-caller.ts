import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { isPrivileged } from './capabilities.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/**
 * Makes a new file in a folder theirs who called fw by sudo, where the folder is theirs already: a state, a starter or a plan is then edited and committed without sudo.
 * In a folder of root it stays root's, and so it stays where the owner cannot be changed.
 */
export function forCallerIn(folder: string): (file: FileHandle) => Promise<void> {
  return async (file) => {
    const caller = await callerOf(folder);
    if (caller !== undefined) await file.chown(caller.uid, caller.gid).catch(() => {});
  };
}

/** The same for a folder that fw has just made in another one. It is looked at first, as its name may be given to something else meanwhile. */
export async function giveFolder(path: string, parent: string): Promise<void> {
  const caller = await callerOf(parent);
  if (caller === undefined) return;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const isNew = (await folder.stat()).uid === process.geteuid?.() && (await readdir(path)).length === 0;
    if (isNew) await folder.chown(caller.uid, caller.gid).catch(() => {});
  } finally {
    await folder.close();
  }
}

/** Who called sudo, where the folder belongs to them. */
async function callerOf(folder: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const { SUDO_UID = '', SUDO_GID = '' } = process.env;
  if (!isPrivileged() || ![SUDO_UID, SUDO_GID].every((id) => /^[0-9]{1,10}$/.test(id))) return undefined;
  const [uid, gid] = [Number(SUDO_UID), Number(SUDO_GID)];
  return uid !== 0 && (await stat(folder)).uid === uid ? { uid, gid } : undefined;
}
