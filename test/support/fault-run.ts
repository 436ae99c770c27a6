import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT, OPENED } from './run-built.ts';

const PRELOAD = fileURLToPath(new URL('./fault-preload.cjs', import.meta.url));

/**
 * How the nth effect goes wrong. `fail`: it does nothing and says so. `fail-after`: it is done, and says that it failed. `hang`: the program
 * never ends. `kill-...`: fw gets SIGKILL before it, while it runs (a file: half written), or after it.
 */
export const MODES = ['fail', 'fail-after', 'hang', 'kill-before', 'kill-during', 'kill-after'] as const;
export type Mode = (typeof MODES)[number];

export type Faulted = {
  /** Null when fw was killed. */
  readonly status: number | null;
  readonly stderr: string;
  /** What went wrong; undefined when the run had fewer effects. */
  readonly hit: string | undefined;
  readonly effects: readonly string[];
};

/** Runs the built fw with one fault, at a number or at the first effect that matches. A mode that ends in `-all` kills the watchdog as well. */
export function runFaulted(
  fault: string,
  args: readonly string[],
  { match }: { readonly match?: string } = {},
): Faulted {
  const log = join(mkdtempSync(join(tmpdir(), 'fwt-fault-')), 'log');
  const { status, stderr } = spawnSync(process.execPath, ['--require', PRELOAD, BUILT, ...args], {
    env: {
      ...OPENED,
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      FW_FAULT: fault,
      FW_FAULT_LOG: log,
      ...(match === undefined ? {} : { FW_FAULT_MATCH: match }),
    },
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGABRT',
  });
  const effects = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { status, stderr, hit: effects.find((effect) => effect.startsWith('!'))?.slice(1), effects };
}
