import { LIMITS } from '../../core/limits.ts';
import type { Ran, SaveRequest } from '../../ports/ports.ts';
import { enter } from '../process/enter.ts';
import { type RunOptions, run } from '../process/exec.ts';
import { restoreProgram } from '../process/programs.ts';

export const LOCK_SECONDS = LIMITS.legacyLock.most;

/**
 * Runs one restore script against live rules: untouched rules stay (`--noflush`), `[packets:bytes]` prefixes count (`--counters`).
 * `-w` is passed on both backends: what legacy does without it depends on its version, and nft ignores it (1.8.9).
 */
export function restore(
  target: SaveRequest,
  text: string,
  { waitSeconds = LOCK_SECONDS, ...options }: RunOptions & { readonly waitSeconds?: number } = {},
): Promise<Ran> {
  const program = restoreProgram(target.backend, target.family);
  const [file, args] = enter(target.namespace, program, ['--noflush', '--counters', '-w', String(waitSeconds)]);
  return run(file, args, { ...options, input: text });
}
