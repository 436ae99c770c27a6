import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const cache = join(root, 'node_modules/.cache/peers');

/** The files of one of Debian's packages, unpacked in the cache of the project and not installed; fetched once. `only` are the paths that are wanted, all without. */
export function peerPackage(name, only = []) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'new-'));
  try {
    execFileSync('apt-get', ['-q', 'download', name], { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
    const file = join(
      work,
      readdirSync(work).find((one) => one.endsWith('.deb')),
    );
    const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', file], { maxBuffer: 1 << 30 });
    mkdirSync(join(work, 'root'));
    execFileSync('tar', ['-x', '-C', join(work, 'root'), ...(only.length === 0 ? [] : ['--wildcards', ...only])], {
      input: tar,
    });
    renameSync(join(work, 'root'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
