import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Output } from './netns.ts';

export const BUILT = fileURLToPath(new URL('../../dist/fw.cjs', import.meta.url));

/** For runs that name no data folder: that of the machine is not the business of tests. */
const data = mkdtempSync(join(tmpdir(), 'fwt-data-'));
afterAll(() => rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

/** Tests of other subjects open their namespaces as they like; those of the guard close it again. */
export const OPENED = { FW_ALLOW_EXPOSURE: '1' } as const;

/** A step that takes ten seconds says that it is at work; on a machine that is slow enough each step does. */
const HEARTBEAT = /^fw: .* \d+ s\n/gm;

export function withoutHeartbeat(stderr: string): string {
  return stderr.replaceAll(HEARTBEAT, '');
}

/** What fw status tells of applies of other data folders: of another test that runs on this machine meanwhile, too. */
const OTHER_FOLDERS = /^Elsewhere: .*\n .*\n/gm;

/** What was printed about the data folder that was asked for. */
export function withoutOtherFolders(text: string): string {
  return text.replaceAll(OTHER_FOLDERS, '');
}

export type BuiltOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Program and arguments in front of node, such as setpriv or unshare. */
  readonly through?: readonly string[];
};

/** Runs the built fw as a user would, without a terminal. */
export function runBuilt(args: readonly string[], options: BuiltOptions = {}): Output {
  const [file = '', ...rest] = [...(options.through ?? []), process.execPath, BUILT, ...args];
  const { status, stdout, stderr } = spawnSync(file, rest, {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', FW_DATA_DIR: data, ...OPENED, ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 110_000,
  });
  return { status, stdout, stderr: withoutHeartbeat(stderr) };
}
