import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFiles } from '../../../../src/adapters/documents/scaffold-files.ts';
import type { ScaffoldFile } from '../../../../src/core/scaffold/types.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-create-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (path: string, more: Partial<ScaffoldFile> = {}): ScaffoldFile => ({
  path,
  text: `${path}\n`,
  executable: false,
  shared: false,
  ...more,
});

const create = (files: readonly ScaffoldFile[], folder = join(root, 'site')) =>
  createFiles(folder, files, { allowUntrusted: false });

test.each([0o000, 0o022, 0o077])('files and folders are for their owner only under the umask %o', async (mask) => {
  const before = process.umask(mask);
  try {
    await create([file('state/a.yaml'), file('bin/run', { executable: true })]);
  } finally {
    process.umask(before);
  }
  const mode = (path: string) => (statSync(join(root, 'site', path)).mode & 0o777).toString(8);
  expect(['.', 'state', 'state/a.yaml', 'bin/run'].map(mode)).toEqual(['700', '700', '600', '700']);
});

test('names every file that is there, and writes none', async () => {
  mkdirSync(join(root, 'site/a'), { recursive: true });
  writeFileSync(join(root, 'site/a/x'), 'mine');
  symlinkSync('/nowhere', join(root, 'site/y'));
  await expect(create([file('new'), file('a/x'), file('y')])).rejects.toMatchObject({
    code: 'init.exists',
    message: `${join(root, 'site/a/x')}, ${join(root, 'site/y')} exist; nothing was written`,
  });
  expect(readdirSync(join(root, 'site')).sort()).toEqual(['a', 'y']);
});

test('leaves a shared file that is there as it is', async () => {
  mkdirSync(join(root, 'site'));
  writeFileSync(join(root, 'site/schema'), 'older');
  const files = [file('schema', { shared: true }), file('new', { shared: true })];
  expect(await create(files)).toEqual({ written: ['new'], kept: ['schema'] });
});

test('follows no link below the folder, and takes back what it wrote before it met one', async () => {
  const outside = join(root, 'outside');
  mkdirSync(outside);
  mkdirSync(join(root, 'site'));
  symlinkSync(outside, join(root, 'site/state'));
  await expect(create([file('a/b/c'), file('state/a.yaml')])).rejects.toMatchObject({ code: 'init.unwritable' });
  expect([readdirSync(outside), readdirSync(join(root, 'site'))]).toEqual([[], ['state']]);
});

test('takes everything back when a file cannot be made', async () => {
  await expect(create([file('a/x'), file('a/x/y')])).rejects.toMatchObject({ code: 'init.unwritable' });
  expect(existsSync(join(root, 'site'))).toBe(false);
});

test.runIf(process.geteuid?.() === 0)('root writes nothing where others may write', async () => {
  const open = join(root, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  for (const folder of [open, join(open, 'site')]) {
    await expect(create([file('a')], folder)).rejects.toMatchObject({ code: 'state.untrusted' });
  }
  expect(readdirSync(open)).toEqual([]);
});
