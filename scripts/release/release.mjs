// `npm run release`: everything that is released, into release/, from what is committed: packages, binaries, what they are made of, and their hashes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printSbom } from '../sbom.mjs';
import { makeBinary } from './binary.mjs';
import { makeDeb } from './deb.mjs';
import { nodeComponent } from './runtimes.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const release = join(root, 'release');

const changed = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
if (changed !== '') throw new Error(`not from a clean clone: commit or remove these first\n${changed}`);

rmSync(release, { recursive: true, force: true });
mkdirSync(release);
execFileSync('node', ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', release], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const bundled = JSON.parse(readFileSync(join(root, 'dist/sbom.cdx.json'), 'utf8'));
for (const arch of ['x64', 'arm64']) {
  await makeBinary(arch);
  await makeDeb(arch);
  writeFileSync(join(release, `fw-linux-${arch}.cdx.json`), withNode(bundled, arch));
}
const names = readdirSync(release).sort();
const sums = names.map(
  (name) =>
    `${createHash('sha256')
      .update(readFileSync(join(release, name)))
      .digest('hex')}  ${name}\n`,
);
writeFileSync(join(release, 'SHA256SUMS'), sums.join(''));
console.log(sums.join('').trimEnd());

/** The packages in dist/ and the Node around them. */
function withNode(sbom, arch) {
  return printSbom(root, [], [...sbom.components, nodeComponent(arch)]);
}
