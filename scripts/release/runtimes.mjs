// The Node that the single binary is made of: the newest LTS. `node runtimes.mjs ARCH VERSION` prints the folder of one. The registry has it as packages; their hashes are pinned here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const NODE_VERSION = '24.22.3';
const INTEGRITY = {
  x64: 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  arm64: 'sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
};

/** The folder of a runtime in the cache of the project, fetched once. `version` other than the pinned one is for tests, which have no hash for it. */
export function fetchRuntime(root, arch, version = NODE_VERSION) {
  const cache = join(root, 'node_modules/.cache/runtimes');
  const folder = join(cache, `node-${version}-linux-${arch}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'new-'));
  try {
    execFileSync('npm', ['pack', '--silent', `node-linux-${arch}@${version}`], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const tarball = join(work, readdirSync(work)[0]);
    const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (version === NODE_VERSION && found !== INTEGRITY[arch])
      throw new Error(`node-linux-${arch}@${version} has another hash: ${found}`);
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** The Nodes of this kind of processor that are in the cache of the project already. */
export function fetchedRuntimes(root) {
  const cache = join(root, 'node_modules/.cache/runtimes');
  const folders = existsSync(cache) ? readdirSync(cache) : [];
  const own = folders.filter((name) => name.startsWith('node-') && name.endsWith(`-linux-${process.arch}`));
  return own.map((name) => join(cache, name, 'bin/node'));
}

export function nodeComponent(arch) {
  const ref = `pkg:npm/node-linux-${arch}@${NODE_VERSION}`;
  return {
    ...{ type: 'platform', 'bom-ref': ref, name: 'node', version: NODE_VERSION, purl: ref },
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [
      { alg: 'SHA-512', content: Buffer.from(INTEGRITY[arch].slice('sha512-'.length), 'base64').toString('hex') },
    ],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  console.log(fetchRuntime(root, process.argv[2], process.argv[3]));
}
