import { FwError } from '../core/errors.ts';
import type { RunState } from '../core/journal/fold.ts';
import { nextOf } from '../core/journal/next.ts';
import type { Ports } from '../ports.ts';
import { readMoment } from './read-moment.ts';
import { settleGenerations } from './settle-generations.ts';

/**
 * Keeps the pending apply: the one with this id, or the only one there is. Throws `apply.not-pending` when there is none, its time is over,
 * or the id is another one's.
 */
export async function confirm(
  ports: Ports,
  id: string | undefined,
): Promise<{ readonly run: RunState; readonly generation: number | undefined }> {
  const lock = await ports.lock.acquire('fw confirm', 10, { forWayBack: true });
  try {
    const runs = await ports.journal.unfinished();
    const moment = await readMoment(ports);
    const pending = runs.filter((run) => nextOf(run, moment).kind === 'wait');
    const [run] = pending.filter((candidate) => id === undefined || candidate.id === id);
    if (run === undefined) throw notPending(id, pending);
    const journal = await ports.journal.open(run.id);
    await journal.append({ kind: 'end', at: ports.clock.now().toISOString(), outcome: 'confirmed' });
    return { run, generation: await settleGenerations(ports) };
  } finally {
    await lock.release();
  }
}

function notPending(id: string | undefined, pending: readonly RunState[]): FwError {
  const [other] = pending;
  const what =
    id === undefined ? 'no apply is waiting to be confirmed' : `the apply ${id} is not waiting to be confirmed`;
  return new FwError('apply.not-pending', what, {
    next: other === undefined ? 'See fw status.' : `The pending apply is ${other.id}.`,
  });
}
