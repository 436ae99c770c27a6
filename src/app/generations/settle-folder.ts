import { FwError } from '../../core/diagnostics/errors.ts';
import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import { capital } from '../../core/text/capital.ts';
import { duration } from '../../core/text/duration.ts';
import type { Ports } from '../../ports/ports.ts';
import { readMoment } from '../live/read-moment.ts';
import { whereElse } from '../live/with-place.ts';
import { findPending } from '../recover/find-pending.ts';
import { type Recovery, recover, unrecordedError } from '../recover/recover.ts';
import { standingOf } from '../recover/standing-of.ts';
import { settleGenerations } from './settle-generations.ts';

/**
 * What comes before every change of a data folder, by the run that holds its lock: applies that died are brought back, and those that were kept are
 * filed. Throws `apply.pending` where one waits to be confirmed, which would become the newest generation without what comes now.
 */
export async function settleFolder(ports: Ports, recovered: (recovery: Recovery) => void): Promise<void> {
  const recovery = await recover(ports);
  if (recovery.rolledBack.length + recovery.ended.length > 0) recovered(recovery);
  const [unrecorded] = recovery.unrecorded;
  if (unrecorded !== undefined) throw unrecordedError(unrecorded);
  await refusePending(ports, recovery.pending);
  // What an apply left to be filed when it was cut off is what this one is planned beside.
  await settleGenerations(ports);
}

/** Asked without the lock, before anything that an apply that waits would make untrue. Throws `apply.pending` where one does. */
export async function checkNoneWaits(ports: Ports): Promise<void> {
  await refusePending(ports, (await findPending(ports)).waiting);
}

async function refusePending(ports: Ports, [run]: readonly RunState[]): Promise<void> {
  if (run?.state.kind !== 'pending') return;
  const next = nextOf(run, await readMoment(ports));
  const seconds = next.kind === 'wait' ? Math.ceil(next.milliseconds / 1000) : 0;
  const place = await whereElse(ports, run, 'decide');
  if (place === undefined && (await standingOf(ports, run)).kind === 'not live') {
    throw new FwError(
      'apply.pending',
      `nothing of the apply ${run.id} of ${run.operator} is live, but its journal has not ended`,
      {
        next: `End it with fw confirm --reject ${run.id}, then run again.`,
      },
    );
  }
  throw new FwError(
    'apply.pending',
    `the apply ${run.id} of ${run.operator} waits to be confirmed, for another ${duration(seconds)}`,
    place === undefined ? {} : { next: `${capital(place.what)}. ${place.next}` },
  );
}
