import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProvenStore } from '../../../../src/adapters/store/proven-store.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fwt-proven-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function digest(number: number): string {
  return number.toString(16).padStart(64, '0');
}

test('what was added is read again, also by another run', async () => {
  await openProvenStore(root, 'digests').add(new Map([[digest(1), digest(2)]]));
  await openProvenStore(root, 'digests').add(new Map([[digest(3), digest(4)]]));
  expect([...(await openProvenStore(root, 'digests').read())]).toEqual([
    [digest(1), digest(2)],
    [digest(3), digest(4)],
  ]);
  expect(statSync(join(root, 'proven', 'digests')).mode & 0o777).toBe(0o600);
});

test('the newest are kept, and never fewer than one run adds', async () => {
  const numbered = (from: number, to: number) =>
    new Map(Array.from({ length: to - from }, (_, index) => [digest(from + index), digest(from + index)]));
  const store = openProvenStore(root, 'digests');
  await store.add(numbered(0, 5000));
  expect((await store.read()).size).toBe(5000);
  await store.add(numbered(5000, 5200));
  const kept = await store.read();
  expect(kept.size).toBe(4000);
  expect(kept.has(digest(1199))).toBe(false);
  expect(kept.has(digest(1200))).toBe(true);
  expect(kept.has(digest(5199))).toBe(true);
});

test('lines that are no digests prove nothing', async () => {
  const store = openProvenStore(root, 'digests');
  await store.add(new Map([[digest(1), digest(2)]]));
  const path = join(root, 'proven', 'digests');
  writeFileSync(path, `${readFileSync(path, 'utf8')}${digest(5)}\n${digest(6)} yes\ntorn`);
  expect([...(await store.read()).keys()]).toEqual([digest(1)]);
});

test('a folder that others may write is not believed, and not written', async () => {
  const store = openProvenStore(root, 'digests');
  await store.add(new Map([[digest(1), digest(2)]]));
  chmodSync(join(root, 'proven'), 0o777);
  expect((await store.read()).size).toBe(0);
  await store.add(new Map([[digest(3), digest(4)]]));
  expect(readFileSync(join(root, 'proven', 'digests'), 'utf8')).not.toContain(digest(3));
});
