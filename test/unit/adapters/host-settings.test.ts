import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hostSettings } from '../../../src/adapters/host/host-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'fw-settings-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('tcp_loose is what the kernel says, its default where conntrack is not loaded, and unknown where it cannot be read', () => {
  const path = join(folder, 'tcp_loose');
  expect(hostSettings(path)).toEqual({ tcpLoose: true });
  for (const [text, tcpLoose] of [
    ['0\n', false],
    ['1\n', true],
  ] as const) {
    writeFileSync(path, text);
    expect(hostSettings(path)).toEqual({ tcpLoose });
  }
  expect(hostSettings(folder)).toEqual({});
});
