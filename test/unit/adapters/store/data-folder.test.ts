import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlanFiles } from '../../../../src/adapters/documents/plan-files.ts';
import { openLock } from '../../../../src/adapters/lock/run-lock.ts';
import { appendLog } from '../../../../src/adapters/store/append-log.ts';
import { openDataFolder } from '../../../../src/adapters/store/data-folder.ts';
import { openEventLog } from '../../../../src/adapters/store/event-log.ts';
import { openGenerationStore } from '../../../../src/adapters/store/generation-store.ts';
import { openJournalStore } from '../../../../src/adapters/store/journal-store.ts';
import { openProvenStore } from '../../../../src/adapters/store/proven-store.ts';
import type { Generation } from '../../../../src/core/generation/types.ts';

const isRoot = process.geteuid?.() === 0;
const clock = { uptime: () => 0, now: () => new Date(), sleep: async () => {}, turn: async () => {} };

let root = '';
let data = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-data-'));
  data = join(root, 'a/b/data');
});
afterEach(() => {
  process.umask(0o022);
  rmSync(root, { recursive: true, force: true });
});

/** Everything that fw keeps, written once. */
async function writeAll(): Promise<void> {
  const lock = await openLock(data).acquire('test', 1);
  const journal = await openJournalStore(data, clock).begin([], 'me', []);
  const generations = openGenerationStore(data);
  await generations.prepare(journal.id, { version: 2, states: [] } as unknown as Generation);
  await generations.keep(journal.id);
  await openProvenStore(data, 'digests').add([['0'.repeat(64), '1'.repeat(64)]] as never);
  await appendLog(data, new Date(), 'hello');
  await journal.append({ kind: 'end', at: '', outcome: 'applied' });
  await lock.release();
}

function modes(folder: string, found: Record<string, string> = {}): Record<string, string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    found[entry.isDirectory() ? 'folder' : 'file'] ??= '';
    const kind = entry.isDirectory() ? 'folder' : 'file';
    const mode = (statSync(path).mode & 0o7777).toString(8);
    if (!(found[kind] ?? '').split(' ').includes(mode)) found[kind] = `${found[kind]} ${mode}`.trim();
    if (entry.isDirectory()) modes(path, found);
  }
  return found;
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return (error as Error).message.replaceAll(root, 'ROOT');
  }
}

describe('the data folder', () => {
  test.each([0o000, 0o022, 0o027, 0o077])('is closed to others under the umask %o', async (umask) => {
    process.umask(umask);
    await writeAll();
    process.umask(0o022);
    expect(modes(join(root, 'a'))).toEqual({ folder: '700', file: '600' });
  });

  test.each(['folder', 'journal', 'generations', 'proven'])(
    'a link in the place of %s is not followed',
    async (name) => {
      const elsewhere = join(root, 'elsewhere');
      mkdirSync(elsewhere, { mode: 0o700 });
      mkdirSync(join(root, 'a/b'), { recursive: true });
      if (name !== 'folder') mkdirSync(data, { mode: 0o700 });
      symlinkSync(elsewhere, name === 'folder' ? data : join(data, name));
      expect(await failure(openDataFolder(data, name === 'folder' ? '' : name))).toMatch(/is a link or a file/);
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  test.each(['lock', 'fw.log'])('a link in the place of %s is not followed', async (name) => {
    const target = join(root, 'target');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    symlinkSync(target, join(data, name));
    const work = name === 'lock' ? openLock(data).acquire('test', 1) : appendLog(data, new Date(), 'x');
    expect(await failure(work)).toContain('ELOOP');
    expect(existsSync(target)).toBe(false);
  });

  test('has a log that is put aside when it is long, and is read on', async () => {
    await openDataFolder(data);
    await appendLog(data, new Date(0), 'first');
    await appendLog(data, new Date(1), 'x'.repeat(1024 * 1024));
    await appendLog(data, new Date(2), 'last');
    expect(readdirSync(data)).toEqual(['fw.log', 'fw.log.1']);
    const told = await openEventLog(data).told();
    expect(told.map(({ words }) => words)).toEqual(['last']);
    await appendLog(data, new Date(3), 'y'.repeat(1024 * 1024));
    await appendLog(data, new Date(4), 'z');
    expect(readdirSync(data)).toEqual(['fw.log', 'fw.log.1']);
    expect(statSync(join(data, 'fw.log.1')).size).toBeLessThan(2 * 1024 * 1024);
  });

  test.each([0o770, 0o755, 0o701])('a data folder of mode %o is refused', async (mode) => {
    mkdirSync(data, { recursive: true });
    chmodSync(data, mode);
    expect(await failure(openDataFolder(data))).toBe(
      `the data folder ROOT/a/b/data is open to other users (mode ${mode.toString(8)})`,
    );
  });

  test.skipIf(!isRoot)('a data folder of somebody else is refused', async () => {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    chownSync(data, 4711, 4711);
    expect(await failure(openDataFolder(data))).toBe(
      'the data folder ROOT/a/b/data belongs to another user (uid 4711)',
    );
  });

  test.skipIf(!isRoot)(
    'root makes no data below a folder in which others could put another one in its place',
    async () => {
      mkdirSync(join(root, 'a'));
      chmodSync(join(root, 'a'), 0o777);
      const said = 'is no safe place for the data of fw: ROOT/a can be written by other users (uid 0, mode 0777)';
      expect(await failure(openDataFolder(data))).toBe(`ROOT/a/b ${said}`);
      expect(readdirSync(join(root, 'a'))).toEqual([]);
      chmodSync(join(root, 'a'), 0o1777);
      expect(await failure(openDataFolder(data))).toBe('none');
      chmodSync(join(root, 'a'), 0o777);
      expect(await failure(openDataFolder(data))).toBe(`ROOT/a/b/data ${said}`);
    },
  );

  test.skipIf(!isRoot)('a planted link on the way leads root nowhere', async () => {
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    execFileSync('setpriv', ['--reuid=4711', '--clear-groups', 'true']);
    symlinkSync('/tmp', join(root, 'tmp/x'));
    execFileSync('chown', ['-h', '4711', join(root, 'tmp/x')]);
    data = join(root, 'tmp/x/fwt-planted');
    expect(await failure(openDataFolder(data))).toContain('ROOT/tmp/x belongs to another user (uid 4711');
    expect(existsSync('/tmp/fwt-planted')).toBe(false);
  });
});

describe('a saved plan', () => {
  test('is written for its owner only, and never through a link', async () => {
    process.umask(0);
    const files = openPlanFiles({ allowUntrusted: false });
    const target = join(root, 'target');
    symlinkSync(target, join(root, 'plan'));
    await files.write(join(root, 'plan'), 'text');
    expect(existsSync(target)).toBe(false);
    expect(statSync(join(root, 'plan')).mode & 0o7777).toBe(0o600);
    expect(await files.read(join(root, 'plan'))).toBe('text');
  });

  test.skipIf(!isRoot)('is not read by root where others may write it', async () => {
    const files = openPlanFiles({ allowUntrusted: false });
    const path = join(root, 'plan');
    writeFileSync(path, 'text');
    chownSync(path, 4711, 4711);
    expect(await failure(files.read(path))).toContain('ROOT/plan belongs to another user (uid 4711');
    expect(await openPlanFiles({ allowUntrusted: true }).read(path)).toBe('text');
  });
});
