import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inNamespace } from '../support/netns.ts';
import { makeBinary, ROOT } from './release.ts';

// A Debian without Node and without fw, with a network of its own. One story: install, a first plan, an apply that waits while the package is to be
// removed and is upgraded, an apply that is kept, remove, purge.

const ARCH = process.arch === 'x64' ? 'amd64' : process.arch;
const VERSION: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
const DEB = join(ROOT, 'release', `fw-plan_${VERSION}_${ARCH}.deb`);
const folder = mkdtempSync(join(tmpdir(), 'fwt-deb-'));
const root = join(folder, 'root');
const namespace = `fwt-${process.pid}-deb`;
let bare: readonly string[] = [];

beforeAll(() => {
  makeBinary();
  if (!existsSync(DEB)) execFileSync('node', ['scripts/release/deb.mjs', process.arch], { cwd: ROOT });
  execFileSync('node', ['scripts/release/deb.mjs', process.arch, `${VERSION}+next`], { cwd: ROOT });
  mkdirSync(root);
  execFileSync('tar', ['-xf', join(ROOT, 'node_modules/.cache/debian.tar'), '-C', root, '--exclude=./dev/*']);
  writeFileSync(join(root, 'dev/null'), '');
  copyFileSync(DEB, join(root, 'fw.deb'));
  copyFileSync(join(ROOT, 'release', `fw-plan_${VERSION}+next_${ARCH}.deb`), join(root, 'next.deb'));
  bare = paths();
  // Its rules are looked at over all tests of this file.
  execFileSync('ip', ['netns', 'add', namespace]);
});
afterAll(() => {
  execFileSync('ip', ['netns', 'del', namespace]);
  rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 200 });
  rmSync(join(ROOT, 'release', `fw-plan_${VERSION}+next_${ARCH}.deb`), { force: true });
});

// It reads the whole binary: minutes on a busy machine.
test('lintian has no error and no warning', () => {
  const words = ['--allow-root', '--fail-on=error,warning', DEB];
  expect(spawnSync('lintian', words, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
}, 900_000);

test('from a bare Debian to a first plan', () => {
  const began = performance.now();
  expect(inside('dpkg', '-i', '/fw.deb')).toMatchObject({ status: 0 });
  expect(inside('fw', 'version').stdout).toContain(`fw/${VERSION} `);
  expect(inside('fw', 'init', '--kind', 'host', '/etc/fw/site')).toMatchObject({ status: 0 });
  expect(inside('fw', 'validate', '--state', '/etc/fw/site/state')).toMatchObject({ status: 0 });
  expect(inside('fw', 'plan', '--state', '/etc/fw/site/state', '--detailed-exitcode')).toMatchObject({ status: 2 });
  const seconds = (performance.now() - began) / 1000;
  console.log(`from dpkg -i to the first plan: ${seconds.toFixed(1)} s`);
  expect(seconds).toBeLessThan(120);
  expect(statSync(join(root, 'etc/fw')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(root, 'usr/share/man/man1')).filter((name) => name.startsWith('fw'))).toContain(
    'fw-apply.1.gz',
  );
  expect(rules()).toEqual([]);
});

test('while an apply waits the package is not removed; it is upgraded, and the deadline fires', async () => {
  write('etc/fw/one.yaml', 'namespace: host\ntables:\n  filter:\n    FORWARD:\n      - -s 192.0.2.9 -j DROP\n');
  expect(inside('fw', 'apply', '--state', '/etc/fw/one.yaml', '--auto-approve', '--confirm', '30s')).toMatchObject({
    status: 0,
  });
  const waiting = rules();
  expect(waiting.join('\n')).toContain('192.0.2.9');
  const removed = inside('dpkg', '-r', 'fw-plan');
  expect(removed.status).not.toBe(0);
  expect(removed.stderr).toContain('fw confirm\n');
  expect(removed.stderr).toContain('fw confirm --reject\n');
  expect(rules()).toEqual(waiting);
  expect(inside('dpkg', '-i', '/next.deb')).toMatchObject({ status: 0 });
  expect(inside('fw', 'status').stdout).toContain('Pending:');
  const end = Date.now() + 90_000;
  while (rules().length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(rules()).toEqual([]);
  expect(inside('fw', 'status').stdout).toContain('rolled back: not confirmed');
});

test('remove leaves rules and folders and disables the boot unit; purge takes the folders', () => {
  expect(inside('fw', 'apply', '--state', '/etc/fw/one.yaml', '--auto-approve')).toMatchObject({ status: 0 });
  // As `systemctl enable fw-boot.service` does, which this Debian does not have.
  const link = join(root, 'etc/systemd/system/sysinit.target.wants');
  mkdirSync(link, { recursive: true });
  symlinkSync('/lib/systemd/system/fw-boot.service', join(link, 'fw-boot.service'));
  const kept = rules();
  const removed = inside('dpkg', '-r', 'fw-plan');
  expect(removed).toMatchObject({ status: 0 });
  expect(removed.stdout).toContain('live rules, /etc/fw and /var/lib/fw stay');
  expect(readdirSync(link)).not.toContain('fw-boot.service');
  expect(rules()).toEqual(kept);
  expect(existsSync(join(root, 'etc/fw/one.yaml'))).toBe(true);
  expect(existsSync(join(root, 'var/lib/fw/generations'))).toBe(true);
  const purged = inside('dpkg', '--purge', 'fw-plan');
  expect(purged).toMatchObject({ status: 0 });
  expect(purged.stdout).toContain('removing /var/lib/fw');
  expect(purged.stdout).toContain('live rules stay');
  for (const path of ['etc/fw', 'var/lib/fw', 'usr/bin/fw', 'usr/share/doc/fw-plan'])
    expect(existsSync(join(root, path)), path).toBe(false);
  execFileSync('find', [join(root, 'etc/systemd'), '-depth', '-type', 'd', '-empty', '-delete']);
  expect(paths()).toEqual(bare);
  expect(rules()).toEqual(kept);
});

/** In the Debian: its files, its network, and /proc, which is mounted for as long as a program of it runs. */
function inside(...words: readonly string[]) {
  const enter = ['-c', 'mount --rbind /proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"', root];
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace, 'sh', ...enter, ...words], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', FW_ALLOW_EXPOSURE: '1', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

/** Everything in the Debian but what dpkg keeps for itself, and /run, which a boot empties. */
function paths(): readonly string[] {
  const found = execFileSync('find', [root, '-xdev', '-printf', '%P\\n'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return found
    .split('\n')
    .filter((path) => !/^(run|proc|dev|var\/lib\/dpkg|var\/log|var\/cache\/ldconfig|etc\/systemd)(\/|$)/.test(path))
    .sort();
}

function rules(): readonly string[] {
  return inNamespace(namespace, 'iptables-save', ['-t', 'filter']).stdout.match(/^-A.*/gm) ?? [];
}

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text, { mode: 0o600 });
}
