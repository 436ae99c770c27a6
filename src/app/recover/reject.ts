import { FwError } from '../../core/diagnostics/errors.ts';
import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { takenBackByItself } from '../generations/list-history.ts';
import { readMoment } from '../live/read-moment.ts';
import { notPending } from './confirm.ts';
import { findPending, isRejected } from './find-pending.ts';
import { type BroughtBack, recoverRun } from './recover.ts';

/** `why` is `rejected`, or why it had gone back already. */
export type Rejected = BroughtBack & {
  readonly id: string;
  /** Why its journal could not be ended, where it could not. */
  readonly unrecorded?: string;
};

/** The watchdog may be bringing the very apply back. */
const LOCK_SECONDS = 100;

/**
 * Brings the pending apply back now: the one with this id, or the only one there is. Where its watchdog is faster, this is the same end, and it is reported as
 * such, also where it went back before this began; and what an earlier rejection left in the middle is brought back. Throws `apply.not-pending` when there is none, `apply.broken` when it is not back.
 */
export async function reject(ports: Ports, id: string | undefined): Promise<Rejected> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'changing live rules needs CAP_NET_ADMIN');
  const { waiting, late, rejected } = await findPending(ports);
  const isMeant = (run: RunState) => id === undefined || run.id === id;
  // Its time may be over since the user decided to take it back, or while this command began.
  const meant = [...waiting, ...late, ...rejected].find(isMeant)?.id ?? id ?? (await takenBackByItself(ports))?.journal;
  if (meant === undefined) throw await notPending(ports, undefined, []);
  const lock = await ports.lock.acquire('fw confirm --reject', LOCK_SECONDS, { forWayBack: true });
  try {
    const run = await ports.journal.read(meant);
    if (run?.state.kind === 'ended' && run.state.outcome === 'rolled-back')
      return { id: meant, why: run.state.why ?? 'not confirmed', isUndone: true, notes: [] };
    if (run === undefined || (run.state.kind !== 'pending' && !isRejected(run)))
      throw await notPending(ports, meant, waiting);
    const next = nextOf(run, await readMoment(ports));
    const why = next.kind === 'roll-back' ? next.why : 'rejected';
    const { output, ...back } = await recoverRun(ports, run, why, false, 'reject');
    return { id: meant, ...back, ...(output === undefined ? {} : { unrecorded: output }) };
  } finally {
    await lock.release();
  }
}
