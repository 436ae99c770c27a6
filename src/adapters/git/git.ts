import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Git, StateFile } from '../../ports/ports.ts';
import { run } from '../process/exec.ts';

type FolderOwner = { readonly folder: string; readonly uid: number; readonly gid: number };

/**
 * What git says about the folder of a state. A repository can name programs that git runs (filters, fsmonitor), so git is run
 * as the user who owns the folder, never as root in another user's.
 */
export const git: Git = {
  async commitOf(path) {
    const ask = await gitIn(path);
    if (ask === undefined) return undefined;
    const head = await ask('rev-parse', '--verify', 'HEAD');
    if (head.exitCode !== 0) return undefined;
    const status = await ask('status', '--porcelain', '--', '.');
    return { id: head.stdout.trim(), dirty: status.exitCode !== 0 || status.stdout.trim() !== '' };
  },
  async filesAt(folder, revision) {
    // A revision that begins with a dash would be an option; git has no such names.
    if (!REVISION.test(revision)) return undefined;
    const ask = await gitIn(folder);
    const listed = await ask?.('ls-tree', '-r', '-z', '--name-only', revision, '--', '.');
    if (ask === undefined || listed === undefined || listed.exitCode !== 0) return undefined;
    const names = listed.stdout.split('\0').filter((name) => STATE_FILE.test(name) && !/(^|\/)[._]/.test(name));
    const files: StateFile[] = [];
    for (const name of names.sort()) {
      const shown = await ask('show', `${revision}:./${name}`);
      if (shown.exitCode !== 0) return undefined;
      files.push({ path: `${folder.replace(/\/+$/, '')}/${name}`, text: shown.stdout });
    }
    return files;
  },
  async fileAt(folder, revision, path) {
    if (!REVISION.test(revision)) return undefined;
    const shown = await (await gitIn(folder))?.('show', `${revision}:${path}`);
    if (shown === undefined || shown.exitCode !== 0) return undefined;
    return { path: `${folder.replace(/\/+$/, '')}/${path.replace(/^\.\//, '')}`, text: shown.stdout };
  },
};

const REVISION = /^[A-Za-z0-9_.][A-Za-z0-9_.~^/-]*$/;
const STATE_FILE = /(?:\.ya?ml|\.rules|(?:^|\/)rules\.v[46])$/;

/** Runs git in the folder of a path, as the owner of that folder; undefined where there is no folder. */
async function gitIn(path: string) {
  const owner = await ownerOf(path);
  if (owner === undefined) return undefined;
  const asOwner =
    owner.uid === process.geteuid?.()
      ? []
      : ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--no-new-privs', '--'];
  return (...words: string[]) => {
    const [file = '', ...args] = [...asOwner, 'git', '-c', 'core.fsmonitor=false', '-C', owner.folder, ...words];
    return run(file, args);
  };
}

/** The folder of a path (the path itself, if it is one) and who owns it; undefined when there is none. */
async function ownerOf(path: string): Promise<FolderOwner | undefined> {
  try {
    const found = await stat(path);
    const folder = found.isDirectory() ? path : dirname(path);
    const { uid, gid } = found.isDirectory() ? found : await stat(folder);
    return { folder, uid, gid };
  } catch {
    return undefined;
  }
}
