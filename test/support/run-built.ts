import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Output } from './netns.ts';

export const BUILT = fileURLToPath(new URL('../../dist/fw.cjs', import.meta.url));

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
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}
