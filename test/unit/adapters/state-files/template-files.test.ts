import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openShippedFiles } from '../../../../src/adapters/state-files/shipped-files.ts';
import { openTemplateFiles } from '../../../../src/adapters/state-files/template-files.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { stateFolder, writeFiles } from '../../../support/state-folder.ts';

/** A site with a state, and an installed fw beside it. */
function site(files: Readonly<Record<string, string>>) {
  const root = stateFolder({ 'state/a.yaml': '', 'fw/dist/fw.cjs': '', ...files });
  const open = (allowUntrusted = true) =>
    openTemplateFiles({ allowUntrusted, shipped: openShippedFiles(join(root, 'fw/dist/fw.cjs')) });
  return { root, state: join(root, 'state'), open };
}

async function failure(promise: Promise<unknown>): Promise<FwError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (!(error instanceof FwError)) throw new Error('no error');
  return error;
}

describe('template files', () => {
  test('are looked for in the state, next to it, and among those that come with fw', async () => {
    const { root, state, open } = site({
      'fw/templates/a.yaml': 'of fw',
      'fw/templates/b.yaml': 'of fw',
      'fw/templates/c.yaml': 'of fw',
      'templates/a.yaml': 'next to it',
      'templates/b.yaml': 'next to it',
      'state/_templates/a.yaml': 'of the state',
    });
    const texts = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await open().find(state, name))?.text));
    expect(texts).toEqual(['of the state', 'next to it', 'of fw', undefined]);
    expect((await open().find(undefined, 'a'))?.text).toBe('of fw');
    expect((await open().find(`${state}/`, 'a'))?.text).toBe('of the state');
    expect((await open().find(join(state, 'a.yaml'), 'a'))?.text).toBe('of the state');
    expect((await open().find(join(state, '.'), 'b'))?.text).toBe('next to it');
    expect(await open().names(state)).toEqual(['a', 'b', 'c']);
    expect((await open().find(state, 'b'))?.path).toBe(join(root, 'templates/b.yaml'));
  });

  test('have names, never paths', async () => {
    const { state, open } = site({ 'secret.yaml': 'secret', 'templates/deep/x.yaml': 'x' });
    for (const name of ['../secret', 'deep/x', '/etc/passwd', '.', '..', '', 'A', 'a.b', 'x'.repeat(64)]) {
      expect(await open().find(state, name), name).toBeUndefined();
    }
  });

  test('a link out of the folder is refused, and so is one that cannot be followed', async () => {
    const { root, state, open } = site({
      'secret.yaml': 'secret',
      'fw/templates/a.yaml': 'of fw',
      'fw/templates/b.yaml': 'of fw',
    });
    mkdirSync(join(root, 'templates'));
    symlinkSync(join(root, 'secret.yaml'), join(root, 'templates/a.yaml'));
    symlinkSync(join(root, 'nowhere'), join(root, 'templates/b.yaml'));
    expect((await failure(open().find(state, 'a'))).message).toContain('leads out of');
    expect((await failure(open().find(state, 'b'))).code).toBe('state.invalid');
  });

  test('what is there and is no file is an error, not a reason to take another', async () => {
    const { state, open } = site({ 'templates/a.yaml/x': '', 'fw/templates/a.yaml': 'of fw' });
    expect((await failure(open().find(state, 'a'))).message).toContain('not an ordinary file');
  });

  test.runIf(process.getuid?.() === 0)(
    'as root, those of the state must be safe to read; those of fw are part of it',
    async () => {
      const { root, state, open } = site({ 'templates/a.yaml': 'mine', 'fw/templates/b.yaml': 'of fw' });
      chmodSync(join(root, 'templates/a.yaml'), 0o666);
      chmodSync(join(root, 'fw/templates/b.yaml'), 0o666);
      expect((await failure(open(false).find(state, 'a'))).code).toBe('state.untrusted');
      expect((await open(true).find(state, 'a'))?.text).toBe('mine');
      expect((await open(false).find(state, 'b'))?.text).toBe('of fw');
    },
  );

  test('a file that is not UTF-8 is refused', async () => {
    const { root, state, open } = site({ 'templates/a.yaml': '' });
    writeFileSync(join(root, 'templates/a.yaml'), Buffer.from([0xff, 0xfe]));
    expect((await failure(open().find(state, 'a'))).message).toContain('not UTF-8');
    writeFiles(root, { 'templates/a.yaml': 'good' });
    expect((await open().find(state, 'a'))?.text).toBe('good');
  });
});
