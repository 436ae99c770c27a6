import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hold, run, searchPath } from '../../../../src/adapters/process/exec.ts';
import { limitPrograms } from '../../../../src/adapters/process/limit-time.ts';

const isRoot = process.geteuid?.() === 0;
const path = process.env.PATH ?? '';
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-exec-'));
});

afterEach(() => {
  process.env.PATH = path;
  limitPrograms(120);
  rmSync(root, { recursive: true, force: true });
});

/** A program of that name, first on PATH. */
function program(name: string, body: string, folder = root): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
  process.env.PATH = `${folder}:${path}`;
}

describe('programs', () => {
  test('a program that hangs is killed with all that it started', async () => {
    program('hangs', `sleep 97531 & echo $! > ${root}/pid; echo started; sleep 97531`);
    limitPrograms(0.3);
    const ran = await run('hangs', []);
    expect(ran).toMatchObject({ exitCode: -1, problem: 'timeout' });
    const pid = readFileSync(join(root, 'pid'), 'utf8').trim();
    // A killed process whose parent is gone may stay as a zombie, which has no command line.
    const left = await run('cat', [`/proc/${pid}/cmdline`], { timeoutMs: 5000 });
    expect(left.stdout).toBe('');
  });

  test('a program that prints for ever is stopped', async () => {
    const ran = await run('cat', ['/dev/zero']);
    expect(ran).toMatchObject({ exitCode: -1, stdout: '', problem: 'too-much-output' });
    expect(ran.stderr).toBe('cat: printed more than 256 MB and was killed\n');
  });

  test('what should hold a namespace and never answers is given up', async () => {
    program('hangs', 'exec sleep 97531');
    limitPrograms(0.3);
    const held = await hold('hangs', []);
    expect(held).toMatchObject({ exitCode: -1, problem: 'timeout' });
  });

  test('a program inherits nothing but a path and a locale', async () => {
    process.env.IPTABLES_LIB_DIR = root;
    process.env.XTABLES_LIBDIR = root;
    process.env.LD_PRELOAD_TEST = root;
    const { stdout } = await run('env', []);
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    for (const name of ['IPTABLES_LIB_DIR', 'XTABLES_LIBDIR', 'LD_PRELOAD_TEST']) delete process.env[name];
    expect(names.filter((name) => name !== '').sort()).toEqual(['LC_ALL', 'PATH']);
  });

  test('words of a program are never read by a shell', async () => {
    const word = '$(touch x); `id` | & > "\'\\ \n*';
    expect((await run('printf', ['%s', word])).stdout).toBe(word);
  });

  test('only absolute folders are searched', () => {
    process.env.PATH = `.:bin::/usr/bin:${path}`;
    expect(
      searchPath()
        .split(':')
        .filter((folder) => !folder.startsWith('/')),
    ).toEqual([]);
  });

  test.skipIf(!isRoot)('as root a folder is not searched where another user can put a program', () => {
    const folder = join(root, 'a/bin');
    program('iptables-nft-save', 'echo evil', folder);
    expect(searchPath().split(':')).toContain(folder);
    process.env.PATH = `${folder}/:${path}`;
    chmodSync(join(root, 'a'), 0o777);
    expect(searchPath().split(':')).not.toContain(`${folder}/`);
    chmodSync(join(root, 'a'), 0o755);
    chmodSync(folder, 0o775);
    process.env.PATH = `${folder}//:${path}`;
    expect(searchPath()).not.toContain(folder);
    process.env.PATH = `${root}/none:${path}`;
    expect(searchPath()).not.toContain('none');
  });
});
