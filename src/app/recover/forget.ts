import { FwError } from '../../core/diagnostics/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { withPlace } from '../live/with-place.ts';

/**
 * Closes the journal of an apply without writing to the kernel: of one that was made in a namespace, or on a machine, that is gone for good. Throws `apply.not-pending` where no such apply is unfinished, and `usage` for one that was made
 * here, which can be brought back, and for one whose watchdog lives: that is where it was made, and without the journal nothing would go back.
 */
export async function forget(ports: Ports, id: string): Promise<void> {
  // Asked first: where there is no data folder there is no lock either.
  if (!(await ports.journal.unfinished()).some((run) => run.id === id)) throw notUnfinished(id);
  const lock = await ports.lock.acquire('fw recover', 0, { forWayBack: true });
  try {
    await close(ports, id);
  } finally {
    await lock.release();
  }
}

async function close(ports: Ports, id: string): Promise<void> {
  const run = (await ports.journal.unfinished()).find((one) => one.id === id);
  if (run === undefined) throw notUnfinished(id);
  await withPlace(ports, run, async ({ kind }) => {
    if (kind !== 'here') return;
    throw new FwError('usage', `the apply ${id} was made here, so it can be brought back`, { next: 'Run fw recover.' });
  });
  if (await ports.watchdog.isAlive(id)) {
    throw new FwError('usage', `the apply ${id} is not gone: its watchdog is there and brings it back in time`, {
      next: 'Wait until its time is over, or run fw confirm --reject where it was made.',
    });
  }
  const journal = await ports.journal.open(id);
  await journal.append({ kind: 'end', at: ports.clock.now().toISOString(), outcome: 'forgotten' });
  await settleGenerations(ports);
}

export function notUnfinished(id: string): FwError {
  return new FwError('apply.not-pending', `there is no unfinished apply ${id}`);
}
