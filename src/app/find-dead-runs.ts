import type { RunState } from '../core/journal/fold.ts';
import type { Ports } from '../ports.ts';
import { readStatus } from './read-status.ts';

/** Applies that died half-way and are not yet back. None where this user may not look: then it is not theirs to recover either. */
export async function findDeadRuns(ports: Ports): Promise<readonly RunState[]> {
  if (!ports.kernel.isPrivileged()) return [];
  return (await readStatus(ports)).unfinished;
}
