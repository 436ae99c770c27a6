import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FwError } from '../../core/errors.ts';

/**
 * Makes a folder of the data folder, mode 0700 whatever the umask, and proves that nobody else can write there: a real folder, not a
 * link, owned by the user who runs fw, closed to group and others. Returns its path.
 */
export async function openDataFolder(root: string, name = ''): Promise<string> {
  const path = join(root, name);
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw new FwError('env.data-folder', `cannot make the data folder ${path}`, { said: cause.message, cause });
  });
  const found = await lstat(path);
  const wrong = faultOf(found.isDirectory(), found.uid, found.mode);
  if (wrong !== undefined) throw new FwError('env.data-folder', `the data folder ${path} ${wrong}`);
  return path;
}

function faultOf(isFolder: boolean, owner: number, mode: number): string | undefined {
  if (!isFolder) return 'is a link or a file, not a folder';
  if (owner !== process.geteuid?.()) return `belongs to another user (uid ${owner})`;
  if ((mode & 0o077) !== 0) return `is open to other users (mode ${(mode & 0o777).toString(8)})`;
  return undefined;
}
