import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findUnsafePath } from '../../../../src/adapters/state-files/unsafe-path.ts';

const OTHER = 4711;
const ME = process.geteuid?.() ?? 0;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-'));
  mkdirSync(join(root, 'a/b'), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, 'a/b/x.yaml'), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function found(path = 'a/b/x.yaml', uids: readonly number[] = [0, ME]): string {
  const result = findUnsafePath(join(root, path), { uids: new Set(uids), folders: new Set() });
  if (result.found === undefined) return `good: ${result.real.replace(root, 'ROOT')}`;
  return `${result.found.why}: ${result.found.path.replace(root, 'ROOT')}`;
}

describe('findDistrust', () => {
  test('takes what only trusted users may write, below a folder with the sticky bit', () => {
    expect(found()).toBe('good: ROOT/a/b/x.yaml');
    expect(found('a')).toBe('good: ROOT/a');
    chmodSync(join(root, 'a'), 0o1777);
    expect(found()).toBe('good: ROOT/a/b/x.yaml');
  });

  test('a folder with the sticky bit is no place for a state itself', () => {
    chmodSync(join(root, 'a/b'), 0o1777);
    expect(found('a/b')).toBe('mode: ROOT/a/b');
    expect(found('a/b/x.yaml')).toBe('good: ROOT/a/b/x.yaml');
  });

  test.each([
    ['a/b/x.yaml', 0o664],
    ['a/b/x.yaml', 0o602],
    ['a/b', 0o775],
    ['a/b', 0o757],
    ['a', 0o777],
    ['.', 0o770],
  ])('finds that others may write %s', (path, mode) => {
    chmodSync(join(root, path), mode);
    expect(found()).toBe(`mode: ${join('ROOT', path)}`);
  });

  test.skipIf(ME !== 0).each(['a/b/x.yaml', 'a/b', 'a', '.'])('finds that %s belongs to somebody else', (path) => {
    chownSync(join(root, path), OTHER, OTHER);
    expect(found()).toBe(`owner: ${join('ROOT', path)}`);
    expect(found('a/b/x.yaml', [0, OTHER])).toBe('good: ROOT/a/b/x.yaml');
  });

  test('follows links, relative ones, chains of them, and those on the way', () => {
    symlinkSync('b/../b/x.yaml', join(root, 'a/one.yaml'));
    symlinkSync(join(root, 'a/one.yaml'), join(root, 'two.yaml'));
    symlinkSync('a', join(root, 'folder'));
    expect(found('two.yaml')).toBe('good: ROOT/a/b/x.yaml');
    expect(found('folder/one.yaml')).toBe('good: ROOT/a/b/x.yaml');
    chmodSync(join(root, 'a'), 0o777);
    expect(found('two.yaml')).toBe('mode: ROOT/a');
  });

  test.skipIf(ME !== 0)('does not follow a link of somebody else', () => {
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    symlinkSync('../a/b', join(root, 'tmp/state'));
    expect(found('tmp/state/x.yaml')).toBe('good: ROOT/a/b/x.yaml');
    lchownSync(join(root, 'tmp/state'), OTHER, OTHER);
    expect(found('tmp/state/x.yaml')).toBe('owner: ROOT/tmp/state');
  });

  test('ends at a loop of links and at what is not there', () => {
    symlinkSync('loop', join(root, 'loop'));
    expect(() => found('loop')).toThrow('too many links');
    expect(() => found('gone/x')).toThrow('ENOENT');
  });

  test('looks at every folder once for many files', () => {
    const folders = new Set<string>();
    const trusted = { uids: new Set([0, ME]), folders };
    findUnsafePath(join(root, 'a/b/x.yaml'), trusted);
    expect([...folders]).toContain(join(root, 'a/b'));
    // What is remembered is not looked at again: this is one run, and no other user may write there.
    chmodSync(join(root, 'a'), 0o777);
    expect(findUnsafePath(join(root, 'a/b/x.yaml'), trusted).found).toBeUndefined();
  });
});
