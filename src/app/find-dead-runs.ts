import type { Ports } from '../ports.ts';
import { readStatus, type Status } from './read-status.ts';

/**
 * Applies that nobody brings back: they died or ran out of time and are not yet back, or they wait to be confirmed without anybody who watches. None where this
 * user may not look: then it is not theirs to recover either.
 */
export async function findDeadRuns(ports: Ports): Promise<Pick<Status, 'unfinished' | 'pending' | 'elsewhere'>> {
  if (!ports.kernel.isPrivileged()) return { unfinished: [], pending: [], elsewhere: new Map() };
  const { unfinished, pending, elsewhere } = await readStatus(ports);
  return { elsewhere, unfinished, pending: pending.filter(({ isWatched }) => !isWatched) };
}
