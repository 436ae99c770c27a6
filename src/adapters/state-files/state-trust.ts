import { lstatSync, realpathSync } from 'node:fs';
import { FwError } from '../../core/diagnostics/errors.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { isPrivileged } from '../host/capabilities.ts';
import { findUnsafePath, type Trusted, type UnsafePath } from './unsafe-path.ts';

/** Where a path leads; what is opened must be this, or the look at it was for nothing. Throws `state.untrusted`. */
export type StateTrust = { lookAt(path: string): string };

/**
 * Root takes orders from files, so when root or another privileged user runs fw, no user but root, that one and the one behind sudo
 * may be able to write a state file, a folder of the state, or any folder above, all the way up. Ordinary users are not asked: they
 * cannot change live rules.
 */
export function openStateTrust(options: { readonly allowUntrusted: boolean }): StateTrust {
  if (options.allowUntrusted || !isPrivileged()) return { lookAt: (path) => path };
  const trusted: Trusted = { uids: trustedUsers(process.env), folders: new Set() };
  return {
    lookAt: (path) => {
      const { real, found } = findUnsafePath(path, trusted);
      if (found === undefined) return real;
      throw untrusted(path, found, trusted);
    },
  };
}

/** The user who starts fw as root chooses SUDO_UID, and could as well be root. */
export function trustedUsers(env: Readonly<Record<string, string | undefined>>): ReadonlySet<number> {
  const behind = /^[0-9]{1,10}$/.test(env.SUDO_UID ?? '') ? [Number(env.SUDO_UID)] : [];
  return new Set([0, process.geteuid?.() ?? 0, ...behind]);
}

/**
 * A link in the state may lead to another file of the state, not out of it: errors show lines of state files, and a link in a pull
 * request must not turn them into a way to read what only root may read.
 */
export function leadsOut(root: string, path: string): boolean {
  return lstatSync(path).isSymbolicLink() && !isInside(root, path);
}

/** Whether a path, all links followed, is below a folder. */
export function isInside(root: string, path: string): boolean {
  const folder = realpathSync(root);
  return realpathSync(path).startsWith(folder === '/' ? '/' : `${folder}/`);
}

function untrusted(path: string, found: UnsafePath, { uids }: Trusted): FwError {
  const users = [...uids].map((uid) => (uid === 0 ? 'root' : `uid ${uid}`)).join(' and ');
  const advice = found.why === 'owner' ? `chown root ${shellWord(found.path)}` : `chmod go-w ${shellWord(found.path)}`;
  return new FwError('state.untrusted', `${path} is not safe to read with privileges: ${describe(found)}`, {
    next: `Only ${users} may be able to change it: ${advice}. Or pass --allow-untrusted-state if you trust everybody who can.`,
  });
}

/** What is wrong with a file or folder, in words. */
export function describe({ path, uid, mode, why }: UnsafePath): string {
  const what = why === 'owner' ? 'belongs to another user' : 'can be written by other users';
  return `${path} ${what} (uid ${uid}, mode ${mode.toString(8).padStart(4, '0')})`;
}
