import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDocuments } from '../../../../src/adapters/documents/documents.ts';

const OTHER = 4711;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-documents-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const create = (folder: string, allowUntrusted = false) =>
  openDocuments({ allowUntrusted }).create(folder, [{ path: join(folder, 'host.yaml'), text: 'x\n' }]);

describe('documents that root writes', () => {
  test('are made with the folders that they need, closed to others', async () => {
    const folder = join(root, 'a/state');
    await create(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'host.yaml')).mode & 0o777).toBe(0o600);
    await expect(create(folder)).rejects.toMatchObject({ code: 'import.exists' });
  });

  test('are not made below a folder in which others could put another one, unless that is allowed', async () => {
    mkdirSync(join(root, 'team'));
    chmodSync(join(root, 'team'), 0o777);
    await expect(create(join(root, 'team/a/state'))).rejects.toMatchObject({ code: 'state.untrusted' });
    expect(existsSync(join(root, 'team/a'))).toBe(false);
    await create(join(root, 'team/a/state'), true);
    expect(existsSync(join(root, 'team/a/state/host.yaml'))).toBe(true);
  });

  test('are not made in a folder that others may write, nor through a link of somebody else', async () => {
    mkdirSync(join(root, 'open'));
    chmodSync(join(root, 'open'), 0o777);
    await expect(create(join(root, 'open'))).rejects.toMatchObject({ code: 'state.untrusted' });
    mkdirSync(join(root, 'theirs'));
    chownSync(join(root, 'theirs'), OTHER, OTHER);
    symlinkSync(join(root, 'theirs'), join(root, 'link'));
    await expect(create(join(root, 'link'))).rejects.toMatchObject({ code: 'state.untrusted' });
    await expect(create(join(root, 'link/state'))).rejects.toMatchObject({ code: 'state.untrusted' });
    expect(existsSync(join(root, 'theirs/state'))).toBe(false);
  });
});
