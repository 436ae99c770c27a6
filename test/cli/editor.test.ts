import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Editor, startEditor } from '../support/language-server.ts';
import { runBuilt } from '../support/run-built.ts';

// What people see in an editor with the language server for YAML, in a folder that `fw init` made.

const folder = mkdtempSync(join(tmpdir(), 'fwt-editor-'));
const starter = join(folder, 'state/host.yaml');
let text = '';
let editor: Editor;

beforeAll(async () => {
  expect(runBuilt(['init', folder, '--kind', 'host']).status).toBe(0);
  text = readFileSync(starter, 'utf8');
  mkdirSync(join(folder, 'state/_templates'));
  editor = await startEditor(folder);
});
afterAll(async () => {
  await editor.end();
  rmSync(folder, { recursive: true });
});

test('a starter has nothing underlined, and shows what a key is for', async () => {
  expect(await editor.open(starter, text)).toEqual([]);
  const line = text.split('\n').findIndex((each) => each.startsWith('values:'));
  expect(await editor.hover(starter, line, 2)).toContain('Named values');
});

test('a key that there is not, and a value of the wrong kind, are underlined where they stand', async () => {
  const wrong = join(folder, 'state/wrong.yaml');
  const lines = ['namespace: edge', 'ownership: sharde', 'tabels: {}', 'sets:', '  blocked: {type: 5}'];
  const found = await editor.open(wrong, [text.split('\n')[0], ...lines, ''].join('\n'));
  expect(new Set(found.map(({ range }) => range.start.line))).toEqual(new Set([2, 3, 5]));
  expect(found.map(({ message }) => message).join('\n')).toMatch(/tabels/);
});

test('keys of a document and of what is below them are offered', async () => {
  const begun = join(folder, 'state/begun.yaml');
  await editor.open(begun, `${text.split('\n')[0]}\nnamespace: edge\n\nsets:\n  blocked:\n    \n`);
  expect(await editor.complete(begun, 2, 0)).toEqual(
    expect.arrayContaining(['tables', 'checks', 'ownership', 'values']),
  );
  expect(await editor.complete(begun, 5, 4)).toEqual(expect.arrayContaining(['type', 'entries']));
});

test('a template of one owns is held to the schema of templates', async () => {
  const first = '# yaml-language-server: $schema=../_schemas/template.schema.json';
  const path = join(folder, 'state/_templates/mine.yaml');
  const found = await editor.open(path, `${first}\nparameters: {}\nnamespace: edge\n`);
  expect(found.map(({ message }) => message).join('\n')).toMatch(/namespace/);
});

test('without its first line a file is any YAML', async () => {
  expect(await editor.open(join(folder, 'state/other.yaml'), 'tabels: {}\n')).toEqual([]);
});
