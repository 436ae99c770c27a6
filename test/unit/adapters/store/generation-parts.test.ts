import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGenerationParts, type PartsDisk } from '../../../../src/adapters/store/generation-parts.ts';
import { openGenerationStore } from '../../../../src/adapters/store/generation-store.ts';
import { replaceUnsynced, syncFolder } from '../../../../src/adapters/store/write-synced.ts';
import type { Generation } from '../../../../src/core/generation/types.ts';
import { generationOf, manyRules, namespaceOf, type Written } from '../../../support/kept-generation.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'fwt-parts-'));
});
afterEach(() => {
  rmSync(data, { recursive: true, force: true });
});

const RULES = manyRules(400);
const without = (number: number): readonly Written[] => RULES.filter((_, index) => index !== 100 + 40 * number);
/** Each leaves out another rule. */
const made = (number: number): Generation => ({
  ...generationOf([namespaceOf('a', { INPUT: without(number), web: RULES })]),
  journal: `2026010${number}T030405678Z-123`,
});

async function recordSome(count: number): Promise<readonly Generation[]> {
  const store = openGenerationStore(data);
  const all = Array.from({ length: count }, (_, index) => made(index + 1));
  for (const one of all) await store.record(one);
  return all;
}

async function readAll(): Promise<readonly Generation[]> {
  const store = openGenerationStore(data);
  const numbers = await store.numbers();
  expect((await store.heads()).map(({ number }) => number)).toEqual(numbers);
  return Promise.all(numbers.map(async (number) => (await openGenerationStore(data).read(number)).generation));
}

const files = (folder: string) => readdirSync(join(data, 'generations', folder));
const sizeOf = (folder: string) =>
  files(folder).reduce((sum, name) => sum + statSync(join(data, 'generations', folder, name)).size, 0);

class Killed extends Error {}

/** A disk on which a process is killed before its nth effect, or after it, or in the middle of it. */
function deadlyDisk(at: number, when: 'before' | 'half' | 'after'): PartsDisk & { readonly count: () => number } {
  let count = 0;
  const effect = async (work: () => Promise<void>, half: () => void = () => {}) => {
    // One process: what runs beside the effect that was hit does not happen either.
    if (count >= at) throw new Killed();
    count += 1;
    if (count === at && when === 'half') half();
    if (count < at || when === 'after') await work();
    if (count === at) throw new Killed();
  };
  return {
    replace: (path, text) =>
      effect(
        () => replaceUnsynced(path, text),
        () => writeFileSync(path.replace(/([^/]+)$/, '.$1.1.1'), text.slice(0, text.length / 2), { mode: 0o600 }),
      ),
    sync: (folder) => effect(() => syncFolder(folder)),
    remove: (path) => effect(async () => rmSync(path)),
    count: () => count,
  };
}

describe('generations in parts', () => {
  test('are what they were, in a fraction of the room; the small stay whole', async () => {
    const all = await recordSome(6);
    const store = openGenerationStore(data);
    const before = sizeOf('.');
    await store.share([1, 2, 3, 4, 5]);
    expect(files('.').sort()).toEqual([
      '1.parts.json',
      '2.parts.json',
      '3.parts.json',
      '4.parts.json',
      '5.parts.json',
      '6.json',
      'parts',
    ]);
    expect(await readAll()).toEqual(all);
    expect(sizeOf('.') + sizeOf('parts')).toBeLessThan(before / 2);
    expect(statSync(join(data, 'generations/parts')).mode & 0o777).toBe(0o700);
    for (const name of files('parts')) expect(statSync(join(data, 'generations/parts', name)).mode & 0o777).toBe(0o600);
    const small = { ...generationOf([namespaceOf('a', { INPUT: manyRules(3) })]), journal: '20260109T030405678Z-123' };
    expect(await store.record(small)).toBe(7);
    await store.share([6, 7]);
    expect(files('.')).toContain('7.json');
    expect(await readAll()).toEqual([...all, small]);
  });

  test('lose parts only when none names them any more', async () => {
    const all = await recordSome(4);
    const store = openGenerationStore(data);
    await store.share([1, 2, 3]);
    const shared = files('parts').length;
    await store.remove(1);
    await store.remove(3);
    await store.sweep();
    expect(files('parts').length).toBeLessThan(shared);
    expect(await readAll()).toEqual([all[1], all[3]]);
    await store.remove(2);
    await store.sweep();
    expect(files('parts')).toEqual([]);
    await expect(store.read(2)).rejects.toMatchObject({ code: 'generation.missing' });
  });

  test('are damaged alone, and where one cannot be read no part goes', async () => {
    const all = await recordSome(4);
    const store = openGenerationStore(data);
    await store.share([1, 2, 3]);
    const partsOf = (number: number): readonly string[] =>
      JSON.parse(readFileSync(join(data, `generations/${number}.parts.json`), 'utf8')).parts;
    const own = partsOf(1).find((name) => !partsOf(2).includes(name)) ?? '';
    writeFileSync(join(data, `generations/parts/${own}.json`), '[]');
    await expect(openGenerationStore(data).read(1)).rejects.toMatchObject({ code: 'generation.unreadable' });
    expect((await openGenerationStore(data).read(2)).generation).toEqual(all[1]);
    // A generation that shares it makes it whole again.
    await store.record({ ...made(1), journal: '20260109T030405678Z-123' });
    await store.share([4, 5]);
    expect((await openGenerationStore(data).read(1)).generation).toEqual(all[0]);
    writeFileSync(join(data, 'generations/2.parts.json'), '{"version":3,');
    const there = files('parts');
    await store.remove(1);
    await expect(store.sweep()).rejects.toMatchObject({ code: 'generation.unreadable' });
    expect(files('parts')).toEqual(there);
  });

  test('name only parts, whatever a file says', async () => {
    mkdirSync(join(data, 'generations'), { mode: 0o700 });
    const file = { version: 3, applied: ['a'], states: [], parts: ['../../secret'] };
    writeFileSync(join(data, 'generations/1.parts.json'), JSON.stringify(file), { mode: 0o600 });
    await expect(openGenerationStore(data).read(1)).rejects.toThrow(/names a part that cannot be one/);
  });
});

describe.each(['before', 'half', 'after'] as const)('a process that is killed %s an effect on the disk', (when) => {
  const loop = async (
    work: (parts: ReturnType<typeof openGenerationParts>) => Promise<void>,
    expected: () => readonly Generation[],
  ) => {
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const disk = deadlyDisk(at, when);
      const ended = await work(openGenerationParts(data, disk)).then(
        () => 'whole',
        (error: Error) => error,
      );
      expect(await readAll()).toEqual(expected());
      if (ended === 'whole') return deaths;
      expect(ended).toBeInstanceOf(Killed);
      deaths += 1;
      // The next effect is hit in a folder in which the first attempt has left what it has left.
    }
  };

  test('leaves every generation as it was', async () => {
    const all = await recordSome(3);
    const killed = await loop(
      (parts) => parts.share(1),
      () => all,
    );
    expect(killed).toBeGreaterThan(2);
    await loop(
      (parts) => parts.share(2),
      () => all,
    );
    expect(
      files('.')
        .filter((name) => /^\d/.test(name))
        .sort(),
    ).toEqual(['1.parts.json', '2.parts.json', '3.json']);
    await openGenerationStore(data).sweep();
    expect(files('parts').filter((name) => name.startsWith('.'))).toEqual([]);
    expect(files('.').filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await readAll()).toEqual(all);
  });

  test('leaves those that stay readable while old ones go', async () => {
    const all = await recordSome(4);
    const store = openGenerationStore(data);
    await store.share([1, 2, 3]);
    await store.remove(1);
    expect(
      await loop(
        (parts) => parts.sweep(),
        () => all.slice(1),
      ),
    ).toBeGreaterThan(0);
    expect(await readAll()).toEqual(all.slice(1));
  });
});
