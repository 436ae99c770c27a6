import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { BUILT } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';
import { BINARY, makeBinary } from './release.ts';

const folder = mkdtempSync(join(tmpdir(), 'fwt-binary-'));
const binary = join(folder, 'fw');

beforeAll(() => {
  makeBinary();
  copyFileSync(BINARY, binary);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the single binary', () => {
  test('validates and plans with the templates that are in it, and obeys no NODE_OPTIONS', () => {
    const state = site(makeNamespace('bin'));
    expect(fw(state, ['version']).stdout).toMatch(/^fw\/\d+\.\d+\.\d+ linux-/);
    expect(fw(state, ['version'], { NODE_OPTIONS: '--version' }).stdout).toMatch(/^fw\//);
    expect(fw(state, ['validate'])).toMatchObject({ status: 0, stderr: '' });
    const plan = fw(state, ['plan', '--data-dir', dataFolder(), '--detailed-exitcode']);
    expect(plan).toMatchObject({ status: 2, stderr: '' });
    expect(plan.stdout).toContain('(rate-limits.yaml:');
  });

  test('makes every starter, as the npm package does', () => {
    for (const kind of ['host', 'router']) {
      const [ours, theirs] = [join(folder, `ours-${kind}`), join(folder, `theirs-${kind}`)];
      const words = ['init', '--kind', kind, '--with', 'systemd'];
      expect(fw(folder, [...words, ours]).status).toBe(0);
      expect(spawnSync(process.execPath, [BUILT, ...words, theirs]).status).toBe(0);
      execFileSync('diff', ['-r', ours, theirs]);
    }
  });

  test('runs where there are no other files than its libraries and no Node', () => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'proc'), { recursive: true });
    copyFileSync(binary, join(root, 'fw'));
    const libraries = execFileSync('ldd', [binary], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
    for (const library of libraries) {
      mkdirSync(dirname(join(root, library)), { recursive: true });
      copyFileSync(library, join(root, library));
      chmodSync(join(root, library), 0o755);
    }
    const { status, stdout } = spawnSync('chroot', [root, '/fw', 'help', 'plan'], { encoding: 'utf8' });
    expect(stdout).toContain('$ fw plan');
    expect(status).toBe(0);
  });

  test('has the screen, at a terminal', () => {
    const namespace = makeNamespace('tty');
    const state = site(namespace);
    const data = dataFolder();
    const typed = spawnSync(
      'python3',
      [join(import.meta.dirname, 'type-yes.py'), binary, 'apply', '--data-dir', data],
      {
        cwd: state,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, TERM: 'xterm-256color', FW_ALLOW_EXPOSURE: '1' },
        timeout: 90_000,
      },
    );
    expect(typed.stdout).toContain('and verified');
    // Ink hides the cursor; the plain screen moves none.
    expect(typed.stdout).toContain('\x1b[?25l');
    expect(typed.status).toBe(0);
    expect(inNamespace(namespace, 'iptables-save', []).stdout).toContain('--hashlimit-name ssh');
  });

  test('the deadline fires when its file is replaced while an apply waits to be confirmed', async () => {
    const namespace = makeNamespace('upg');
    const state = site(namespace);
    const data = dataFolder();
    const own = join(folder, 'installed');
    copyFileSync(binary, own);
    const env = { FW_ALLOW_EXPOSURE: '1' };
    const before = inNamespace(namespace, 'iptables-save', ['-t', 'filter']).stdout.match(/^-A.*/gm);
    const applied = fw(state, ['apply', '--auto-approve', '--confirm', '5s', '--data-dir', data], env, own);
    expect(applied.status).toBe(0);
    writeFileSync(`${own}.new`, '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    renameSync(`${own}.new`, own);
    expect(inNamespace(namespace, 'iptables-save', []).stdout).toContain('--hashlimit-name ssh');
    const end = Date.now() + 60_000;
    const went = () => fw(state, ['status', '--data-dir', data]).stdout.includes('rolled back: not confirmed');
    while (!went() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 500));
    expect(went()).toBe(true);
    expect(inNamespace(namespace, 'iptables-save', ['-t', 'filter']).stdout.match(/^-A.*/gm)).toEqual(before);
  });

  test('checks of a state are tried by it from inside the namespace', () => {
    const state = site(makeNamespace('chk'), 'checks:\n  - {tcp: 127.0.0.1:9, timeout: 2s, retries: 0}\n');
    const ran = fw(state, ['apply', '--auto-approve', '--data-dir', dataFolder()], { FW_ALLOW_EXPOSURE: '1' });
    expect(ran.stderr).toMatch(/refused|no answer|cannot connect|unreachable|ECONN|ENET/i);
    expect(ran.status).toBe(8);
  });

  test('starts no slower than a script on the Node of this machine', () => {
    const times = { binary: [] as number[], script: [] as number[] };
    const time = (file: string, args: readonly string[]) => {
      const began = performance.now();
      expect(spawnSync(file, [...args, 'history', '--data-dir', join(folder, 'none')]).status).toBe(0);
      return performance.now() - began;
    };
    for (let run = 0; run < 15; run++) {
      times.binary.push(time(binary, []));
      times.script.push(time(process.execPath, [BUILT]));
    }
    const [ofBinary, ofScript] = [median(times.binary), median(times.script)];
    console.log(`start, medians: binary ${Math.round(ofBinary)} ms, node dist/fw.cjs ${Math.round(ofScript)} ms`);
    expect(ofBinary).toBeLessThan(ofScript * 1.05);
  });
});

test('the binary for arm64 is one for arm64 and has the files of fw in it', () => {
  const other = BINARY.replace('x64', 'arm64');
  const bytes = readFileSync(other);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(bytes.readUInt16LE(18)).toBe(183);
  expect(bytes.includes('NODE_SEA_BLOB')).toBe(true);
  expect(bytes.includes('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1')).toBe(true);
  expect(bytes.includes('shipped.json')).toBe(true);
});

function site(namespace: string, more = ''): string {
  return stateFolder({
    'state/a.yaml': `namespace: ${namespace}\n${more}tables:\n  filter:\n    INPUT:\n      - use: rate-limits\n        with: {port: 22, name: ssh}\n`,
  });
}

function fw(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, file = binary) {
  const { PATH = '' } = process.env;
  return spawnSync(file, args, { cwd, env: { PATH, ...env }, encoding: 'utf8', timeout: 60_000 });
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
