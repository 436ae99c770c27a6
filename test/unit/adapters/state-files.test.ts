import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateFiles } from '../../../src/adapters/state-files/state-files.ts';
import { FwError } from '../../../src/core/diagnostics/errors.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fw-state-files-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function paths(path = root): Promise<readonly string[]> {
  return (await openStateFiles({ allowUntrusted: false }).read(path)).map((file) => file.path.slice(root.length + 1));
}

async function failure(path = root, options = { allowUntrusted: false }): Promise<string> {
  try {
    await openStateFiles(options).read(path);
    return 'none';
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    return `${error.code}: ${error.message.replaceAll(root, 'ROOT')}`;
  }
}

describe('openStateFiles', () => {
  test('reads state files of all folders in the order of their bytes', async () => {
    write({
      'b.yaml': '',
      'a.yml': '',
      'B/ipv4.rules': '',
      'a/x.yaml': '',
      'h/rules.v6': '',
      'é.yaml': '',
      'z.yaml': '',
    });
    expect(await paths()).toEqual(['B/ipv4.rules', 'a.yml', 'a/x.yaml', 'b.yaml', 'h/rules.v6', 'z.yaml', 'é.yaml']);
  });

  test('takes what services of distributions keep, directly in the folder only', async () => {
    const names = ['ip6tables', 'ipset', 'ipsets', 'iptables', 'rules.v4', 'sets.ipset'];
    const others = ['iptables-config', 'iptables.save', 'ipset.conf', 'network'];
    write(
      Object.fromEntries([...names, ...others, 'x/iptables', 'x/ipsets', 'x/sets.ipset'].map((name) => [name, ''])),
    );
    expect(await paths()).toEqual([...names, 'x/sets.ipset']);
    expect(await paths(join(root, 'iptables'))).toEqual(['iptables']);
  });

  test('gives texts, and paths as they were asked for', async () => {
    write({ 'a.yaml': 'ä: 1\r\n' });
    expect(await openStateFiles({ allowUntrusted: false }).read(`${root}//`)).toEqual([
      { path: `${root}/a.yaml`, text: 'ä: 1\r\n' },
    ]);
    expect(await openStateFiles({ allowUntrusted: false }).read(`${root}/a.yaml`)).toEqual([
      { path: `${root}/a.yaml`, text: 'ä: 1\r\n' },
    ]);
  });

  test('leaves out hidden names, names with an underscore and other files', async () => {
    write({
      '.a.yaml': '',
      '_b.yaml': '',
      '.git/c.yaml': '',
      '_old/d.yaml': '',
      'README.md': '',
      yaml: '',
      'x.yaml.bak': '',
    });
    expect(await paths()).toEqual([]);
  });

  test('reads links to files and does not enter links to folders', async () => {
    write({ 'a/real.yaml': 'x' });
    symlinkSync(join(root, 'a', 'real.yaml'), join(root, 'link.yaml'));
    symlinkSync(root, join(root, 'a', 'loop'));
    symlinkSync(root, join(root, 'a', 'loop.yaml'));
    expect(await paths()).toEqual(['a/real.yaml', 'link.yaml']);
  });

  test('a link that leads nowhere is an error, not a missing rule', async () => {
    symlinkSync(join(root, 'gone'), join(root, 'a.yaml'));
    expect(await failure()).toBe('state.invalid: ROOT/a.yaml cannot be read: ENOENT');
  });

  test('refuses what is not there, of another kind, too large or not text', async () => {
    expect(await failure(`${root}/none`)).toBe('state.missing: There is no state at ROOT/none');
    write({
      'notes.txt': '',
      'bom/a.yaml': '\ufeffa: b',
      'latin/a.yaml': new Uint8Array([0x61, 0xe9]),
      'big/a.yaml': '',
    });
    expect(await failure(`${root}/notes.txt`)).toMatch(/^state.invalid: ROOT\/notes.txt is no state file/);
    expect(await failure(`${root}/bom`)).toBe('state.invalid: ROOT/bom/a.yaml begins with a byte order mark');
    expect(await failure(`${root}/latin`)).toBe('state.invalid: ROOT/latin/a.yaml is not UTF-8 text');
    truncateSync(join(root, 'big/a.yaml'), 64 * 1024 * 1024 + 1);
    expect(await failure(`${root}/big`)).toBe('state.invalid: ROOT/big/a.yaml is larger than 64 MB');
    expect(await failure('/dev/null/x')).toBe('state.missing: There is no state at /dev/null/x');
  });
});

describe('files that are not what they seem', () => {
  test('a link that leads out of the state is refused: errors would show its lines', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'fwt-out-'));
    try {
      writeFileSync(join(outside, 'secret'), 'root:x');
      write({ 'a/x.yaml': '' });
      symlinkSync(join(outside, 'secret'), join(root, 'a/y.yaml'));
      expect(await failure()).toBe('state.invalid: ROOT/a/y.yaml is a link that leads out of the state');
      rmSync(join(root, 'a/y.yaml'));
      symlinkSync(`${root}/../${outside.split('/').at(-1)}/secret`, join(root, 'z.rules'));
      expect(await failure()).toBe('state.invalid: ROOT/z.rules is a link that leads out of the state');
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('a device or a pipe is refused and not waited for', async () => {
    symlinkSync('/dev/zero', join(root, 'zero.yaml'));
    expect(await failure(join(root, 'zero.yaml'), { allowUntrusted: true })).toBe(
      'state.invalid: ROOT/zero.yaml is not an ordinary file',
    );
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    expect(await failure(join(root, 'pipe.yaml'))).toBe('state.invalid: ROOT/pipe.yaml is not an ordinary file');
  });

  test('many files together are bounded', async () => {
    for (const name of ['a', 'b', 'c']) {
      write({ [`${name}.yaml`]: '' });
      truncateSync(join(root, `${name}.yaml`), 60 * 1024 * 1024);
    }
    expect(await failure()).toBe('state.invalid: The files at ROOT have more than 128 MB');
  });

  test('so is their number', async () => {
    mkdirSync(join(root, 'many'));
    for (let number = 0; number <= 20_000; number++) writeFileSync(join(root, 'many', `${number}.yaml`), '');
    expect(await failure()).toBe('state.invalid: ROOT holds more than 20000 state files');
  });

  test.skipIf(process.geteuid?.() !== 0)('root does not read what another user may write, unless told to', async () => {
    write({ 'a/x.yaml': '' });
    chmodSync(join(root, 'a'), 0o777);
    expect(await failure()).toBe(
      `state.untrusted: ROOT/a is not safe to read with privileges: ROOT/a can be written by other users (uid 0, mode 0777)`,
    );
    expect(await openStateFiles({ allowUntrusted: true }).read(root)).toHaveLength(1);
    chmodSync(join(root, 'a'), 0o755);
    expect(await failure()).toBe('none');
  });
});
