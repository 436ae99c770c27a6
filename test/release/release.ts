import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BINARY = `${ROOT}release/fw-linux-${process.arch}`;

/** `npm run release-test` makes it anew; a single test file takes the one that is there. */
export function makeBinary(): void {
  if (!existsSync(BINARY)) execFileSync('node', ['scripts/release/binary.mjs'], { cwd: ROOT, stdio: 'ignore' });
}

/** The program `node` of a version, out of the registry's packages. */
export function nodeOf(version: string): string {
  const words = ['scripts/release/runtimes.mjs', process.arch, version];
  return `${execFileSync('node', words, { cwd: ROOT, encoding: 'utf8' }).trim()}/bin/node`;
}
