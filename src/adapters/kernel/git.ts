import type { Git } from '../../ports.ts';
import { ownerOf } from '../files/owner-of.ts';
import { run } from './exec.ts';

/**
 * What git says about the folder of a state. A repository can name programs that git runs (filters, fsmonitor), so git is run
 * as the user who owns the folder, never as root in somebody else's.
 */
export const git: Git = {
  async commitOf(path) {
    const owner = await ownerOf(path);
    if (owner === undefined) return undefined;
    const asOwner =
      owner.uid === process.geteuid?.()
        ? []
        : ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--no-new-privs', '--'];
    const ask = (...words: string[]) => {
      const [file = '', ...args] = [...asOwner, 'git', '-c', 'core.fsmonitor=false', '-C', owner.folder, ...words];
      return run(file, args);
    };
    const head = await ask('rev-parse', '--verify', 'HEAD');
    if (head.exitCode !== 0) return undefined;
    const status = await ask('status', '--porcelain', '--', '.');
    return { id: head.stdout.trim(), dirty: status.exitCode !== 0 || status.stdout.trim() !== '' };
  },
};
