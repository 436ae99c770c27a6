import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { isBinary, ownProgram } from '../../../../src/adapters/host/own-program.ts';
import { inBinary, openShippedFiles, type ShippedFile } from '../../../../src/adapters/state-files/shipped-files.ts';

const [, script = ''] = process.argv;
afterEach(() => {
  process.argv[1] = script;
});

describe('files that come with fw', () => {
  test('out of the binary are those of the disk, as scripts/release/binary.mjs puts them there', async () => {
    const disk = openShippedFiles(fileURLToPath(new URL('../../../../dist/fw.cjs', import.meta.url)));
    const packed: ShippedFile[] = [];
    for (const folder of ['schemas', 'templates']) {
      for (const file of await disk.below(folder)) packed.push({ ...file, path: `${folder}/${file.path}` });
    }
    const binary = inBinary(() => packed);
    for (const folder of ['templates', 'templates/kinds', 'templates/kinds/host', 'templates/systemd', 'none', '']) {
      if (folder !== '') expect(await binary.list(folder)).toEqual(await disk.list(folder));
      if (folder !== '') expect(await binary.below(folder)).toEqual(await disk.below(folder));
    }
    const [ours, theirs] = [
      await binary.read('templates/nat-gateway.yaml'),
      await disk.read('templates/nat-gateway.yaml'),
    ];
    expect(ours?.text).toBe(theirs?.text);
    expect(ours?.path).toBe('fw:templates/nat-gateway.yaml');
    expect(await binary.read('templates/none.yaml')).toBeUndefined();
    expect(await disk.read('templates/none.yaml')).toBeUndefined();
  });
});

describe('the program that starts fw again', () => {
  test('is a runtime and a script, or the binary alone', () => {
    expect(isBinary()).toBe(false);
    expect(ownProgram()).toEqual({ runtime: process.execPath, script: [script] });
    process.argv[1] = process.execPath;
    expect(isBinary()).toBe(true);
    expect(ownProgram()).toEqual({ runtime: process.execPath, script: [] });
  });
});
