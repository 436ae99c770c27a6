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
  await openProvenStore(root).add(new Map([[digest(1), digest(2)]]));
  await openProvenStore(root).add(new Map([[digest(3), digest(4)]]));
  expect([...(await openProvenStore(root).read())]).toEqual([
    [digest(1), digest(2)],
    [digest(3), digest(4)],
  ]);
  expect(statSync(join(root, 'proven', 'digests')).mode & 0o777).toBe(0o600);
});

test('the newest thousand are kept', async () => {
  const many = new Map(Array.from({ length: 1200 }, (_, index) => [digest(index), digest(index)]));
  await openProvenStore(root).add(many);
  const kept = await openProvenStore(root).read();
  expect(kept.size).toBe(1000);
  expect(kept.has(digest(199))).toBe(false);
  expect(kept.has(digest(1199))).toBe(true);
});

test('lines that are no digests prove nothing', async () => {
  const store = openProvenStore(root);
  await store.add(new Map([[digest(1), digest(2)]]));
  const path = join(root, 'proven', 'digests');
  writeFileSync(path, `${readFileSync(path, 'utf8')}${digest(5)}\n${digest(6)} yes\ntorn`);
  expect([...(await store.read()).keys()]).toEqual([digest(1)]);
});

test('a folder that others may write is not believed, and not written', async () => {
  const store = openProvenStore(root);
  await store.add(new Map([[digest(1), digest(2)]]));
  chmodSync(join(root, 'proven'), 0o777);
  expect((await store.read()).size).toBe(0);
  await store.add(new Map([[digest(3), digest(4)]]));
  expect(readFileSync(join(root, 'proven', 'digests'), 'utf8')).not.toContain(digest(3));
});
