import { expect, test } from 'vitest';
import {
  parseRegisterEntry,
  printRegisterEntry,
  type RegisterEntry,
} from '../../../../src/core/journal/register-entry.ts';

const ID = '20261005T140207000Z-812';
const ENTRY: RegisterEntry = {
  id: ID,
  operator: 'ana',
  folder: '/var/lib/fw',
  boot: '01234567-89ab-cdef-0123-456789abcdef',
  namespaces: [
    { namespace: { kind: 'host' }, cookie: '0123456789abcdef', file: '4:4026531840:initial' },
    { namespace: { kind: 'named', name: 'edge' } },
  ],
};

test('an entry is read as it was written', () => {
  expect(parseRegisterEntry(printRegisterEntry(ENTRY), ID)).toEqual(ENTRY);
  const bare = { ...ENTRY, operator: '', namespaces: [] };
  expect(parseRegisterEntry(printRegisterEntry(bare), ID)).toEqual(bare);
  expect(parseRegisterEntry(JSON.stringify({ ...ENTRY, ofLater: true }), ID)).toEqual(ENTRY);
  const { boot: _, ...earlier } = ENTRY;
  expect(parseRegisterEntry(JSON.stringify(earlier), ID)).toEqual(earlier);
});

const OTHERWISE: Readonly<Record<string, unknown>> = {
  nothing: '',
  'no JSON': '{"id":',
  'no object': [],
  'nothing in it': {},
  'another id than its file has': { ...ENTRY, id: '20261005T140207000Z-813' },
  'an id that is a path': { ...ENTRY, id: '../x' },
  'a number for an operator': { ...ENTRY, operator: 1 },
  'an operator without end': { ...ENTRY, operator: 'a'.repeat(10_000) },
  'a folder that is no full path': { ...ENTRY, folder: 'var/lib/fw' },
  'a folder without end': { ...ENTRY, folder: `/${'a'.repeat(5_000)}` },
  'a folder with a NUL': { ...ENTRY, folder: '/a\0' },
  'a boot that is none': { ...ENTRY, boot: 'x' },
  null: null,
  'namespaces that are no list': { ...ENTRY, namespaces: {} },
  'a namespace without a kind': { ...ENTRY, namespaces: [{ namespace: {} }] },
  'a namespace with a path for a name': { ...ENTRY, namespaces: [{ namespace: { kind: 'named', name: '../a' } }] },
  'a cookie that is none': { ...ENTRY, namespaces: [{ namespace: { kind: 'host' }, cookie: 'x' }] },
};

test.each(Object.entries(OTHERWISE))('is not read: %s', (_, value) => {
  const content = typeof value === 'string' ? value : JSON.stringify(value);
  expect(parseRegisterEntry(content, ID)).toBeUndefined();
});
