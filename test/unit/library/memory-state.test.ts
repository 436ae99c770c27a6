import { describe, expect, test } from 'vitest';
import { FwError } from '../../../src/core/diagnostics/errors.ts';
import { MEMORY, withMemoryState } from '../../../src/library/memory-state.ts';
import type { MemoryDocument } from '../../../src/library/types.ts';
import { openMemoryFiles } from '../../support/memory-ports/memory-files.ts';

const open = (documents: readonly MemoryDocument[]) => withMemoryState(openMemoryFiles(new Map()), documents);
const of = (path: string, text = '') => ({ path, text });

function code(documents: readonly MemoryDocument[]): string {
  try {
    open(documents);
    return 'taken';
  } catch (error) {
    if (error instanceof FwError) return error.code;
    throw error;
  }
}

describe('documents in memory', () => {
  test('are state files by their names, in byte order, as files of a folder are', async () => {
    const documents = [
      'b.yaml',
      'a.yml',
      'a/z.yaml',
      'edge/ipv4.rules',
      'rules.v4',
      '_t.yaml',
      'lists/x.txt',
      'B.yaml',
    ];
    const seen: string[] = [];
    const files = await open(documents.map((path) => of(path))).stateFiles.read(MEMORY, async (paths) => {
      seen.push(...paths);
    });
    expect(seen).toEqual(['B.yaml', 'a.yml', 'a/z.yaml', 'b.yaml', 'edge/ipv4.rules', 'rules.v4']);
    expect(files.map(({ path }) => path)).toEqual(seen);
  });

  test('hold lists and templates too', async () => {
    const { stateFiles, templates } = open([of('lists/x.txt', '192.0.2.1'), of('_templates/web.yaml', 'rules: []')]);
    expect(await stateFiles.readList(MEMORY, 'lists/x.txt')).toEqual(of('lists/x.txt', '192.0.2.1'));
    expect(await stateFiles.readList(MEMORY, 'lists/y.txt')).toBeUndefined();
    expect((await templates.find(MEMORY, 'web'))?.text).toBe('rules: []');
  });

  test.each([
    '',
    '/etc/fw/a.yaml',
    '../a.yaml',
    'a/../b.yaml',
    './a.yaml',
    'a//b.yaml',
    '.a.yaml',
    'a/.b/c.yaml',
    'a\n.yaml',
    'a\0.yaml',
    'a/',
    'x'.repeat(5_000),
  ])('refuse the path %j', (path) => {
    expect(code([of(path)])).toBe('usage');
  });

  test.each([
    ['a byte order mark', '\ufeffnamespace: a'],
    ['half a character', 'namespace: \ud800'],
  ])('refuse %s', (_, text) => {
    expect(code([of('a.yaml', text)])).toBe('state.invalid');
  });

  test('refuse two of one path, and what is no document', () => {
    expect(code([of('a.yaml'), of('a.yaml')])).toBe('usage');
    expect(code([{ path: 'a.yaml' } as never])).toBe('usage');
    expect(code('a.yaml' as never)).toBe('usage');
    expect(code([of('a.yaml'), of('b.yaml')])).toBe('taken');
  });
});
