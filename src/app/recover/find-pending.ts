import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readMoment } from '../live/read-moment.ts';
import { readStatus, type Status } from '../query/read-status.ts';

/**
 * Applies whose rules are live and not confirmed: `waiting`, those whose time is over and that are not back yet, and those that were rejected, of which the
 * way back has begun.
 */
export async function findPending(
  ports: Pick<Ports, 'journal' | 'clock'>,
): Promise<Record<'waiting' | 'late' | 'rejected', readonly RunState[]>> {
  const unfinished = await ports.journal.unfinished();
  const runs = unfinished.filter(({ state }) => state.kind === 'pending');
  const moment = await readMoment(ports);
  return {
    waiting: runs.filter((run) => nextOf(run, moment).kind === 'wait'),
    late: runs.filter((run) => nextOf(run, moment).kind !== 'wait'),
    rejected: unfinished.filter(isRejected),
  };
}

/** Its way back has begun, by a command that did not end it. */
export function isRejected({ state }: Pick<RunState, 'state'>): boolean {
  return state.kind === 'unfinished' && state.why === 'rejected';
}

/**
 * Applies whose rules may be live and are not kept: they died or ran out of time, wait to be confirmed, or are being made by the run that is at work. None where
 * this user may not look: then it is not theirs to recover either.
 */
export async function findUnkeptRuns(
  ports: Ports,
): Promise<Pick<Status, 'unfinished' | 'pending' | 'atWork' | 'elsewhere' | 'holder' | 'others'>> {
  if (ports.kernel.isPrivileged()) return readStatus(ports);
  return { unfinished: [], pending: [], atWork: [], elsewhere: new Map(), holder: undefined, others: [] };
}
