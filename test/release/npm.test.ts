import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';
import { nodeOf, ROOT } from './release.ts';

const VERSIONS = ['20.20.2', '22.23.5', '24.22.3', '26.12.1'];
const folder = mkdtempSync(join(tmpdir(), 'fwt-npm-'));
const user = join(folder, 'user');
const digests: string[] = [];

// Twice, since two builds are to give the same bytes. What is not committed is not packed.
beforeAll(() => {
  for (const name of ['one', 'two']) {
    const clone = join(folder, name);
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    execFileSync('npm', ['pack', '--silent'], { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] });
    digests.push(
      createHash('sha256')
        .update(readFileSync(tarball(clone)))
        .digest('hex'),
    );
  }
  mkdirSync(user);
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball(join(folder, 'one'))], {
    cwd: user,
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('two fresh clones make the same package', () => {
  expect(digests[0]).toBe(digests[1]);
});

test.each(VERSIONS)('the package validates and plans on Node %s, and says nothing on standard error', (version) => {
  const node = nodeOf(version);
  const namespace = makeNamespace('npm');
  const cwd = stateFolder({
    'state/a.yaml': `namespace: ${namespace}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport 22 -j ACCEPT\n`,
  });
  const fw = (...args: readonly string[]) =>
    spawnSync(node, [join(user, 'node_modules/fw-plan/dist/fw.cjs'), ...args], {
      cwd,
      encoding: 'utf8',
      timeout: 60_000,
    });
  expect(fw('version').stdout).toContain(`node-v${version}`);
  expect(fw('validate')).toMatchObject({ status: 0, stderr: '' });
  expect(fw('plan', '--detailed-exitcode', '--data-dir', dataFolder())).toMatchObject({ status: 2, stderr: '' });
});

function tarball(clone: string): string {
  return join(clone, readdirSync(clone).find((name) => name.endsWith('.tgz')) ?? '');
}
