import type { EndedConnections } from '../../core/connections/ended.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Gone } from '../../core/identity/place-of-run.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { JournalEntry } from '../../core/journal/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { endNoted } from '../connections/end-noted.ts';
import { takenBackByItself } from '../generations/list-history.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { isStillThere } from '../live/bind-namespaces.ts';
import { elsewhere, withPlace } from '../live/with-place.ts';
import { findPending } from './find-pending.ts';
import { lookAtPending, type PendingLook } from './look-at-pending.ts';

export type Confirmed = {
  readonly run: RunState;
  readonly generation: number | undefined;
  /** Namespaces of the apply that are not there any more: nothing of it is in what has their name now. */
  readonly gone: readonly Gone[];
  /** What of it is not as it was applied, each in a few words. */
  readonly differs: readonly string[];
  /** Why the live rules could not be compared with it, where they could not. */
  readonly unread?: string;
  /** What became of running connections that it refuses; absent where none were to be ended. */
  readonly ended?: EndedConnections;
};

/**
 * Keeps the pending apply: the one with this id, or the only one there is. Throws `apply.not-pending` when there is none, its time is over,
 * the id is another one's, or its rules are as before it already; `env.data-folder` when it cannot be recorded, and then it goes back as if it had not been
 * confirmed; `apply.elsewhere` when it was made in another network namespace: a connection to this one proves nothing about it.
 */
export async function confirm(ports: Ports, id: string | undefined): Promise<Confirmed> {
  const before = await findPending(ports);
  if (before.waiting.length + before.late.length === 0)
    throw await notPending(ports, id ?? before.rejected[0]?.id ?? (await takenBackByItself(ports))?.journal, []);
  const lock = await ports.lock.acquire('fw confirm', 10, { forWayBack: true });
  try {
    const { waiting } = await findPending(ports);
    const [run] = waiting.filter((candidate) => id === undefined || candidate.id === id);
    if (run === undefined) throw await notPending(ports, id ?? before.waiting[0]?.id ?? before.late[0]?.id, waiting);
    const found = await withPlace(ports, run, async (place) => {
      if (place.kind === 'here') return { gone: place.gone, ...(await compare(ports, run, place.gone)) };
      if (place.kind === 'earlier boot') throw await notPending(ports, run.id, []);
      throw await elsewhere(ports, run, place, 'confirm');
    });
    await record(ports, run, { kind: 'end', at: ports.clock.now().toISOString(), outcome: 'confirmed' });
    // It is kept. What cannot be filed now is filed by the next run.
    const ended = await endNoted(ports, run, found);
    const generation = await settleGenerations(ports).catch(() => undefined);
    return { run, ...found, generation, ...(ended === undefined ? {} : { ended }) };
  } finally {
    await lock.release();
  }
}

/**
 * What of it is live. That it cannot be read must not bring it back: the user who confirms has made a connection, and the output says that it cannot be
 * read. Throws `apply.not-pending` where it was taken back and only the journal does not know.
 */
async function compare(
  { kernel }: Ports,
  run: RunState,
  gone: readonly Gone[],
): Promise<Pick<Confirmed, 'differs' | 'unread'>> {
  const isThere = isStillThere(gone);
  const steps = run.steps.filter(({ namespace }) => isThere(namespace));
  let look: PendingLook;
  try {
    look = await lookAtPending(kernel, { steps });
  } catch (error) {
    return { differs: [], unread: error instanceof Error ? error.message : String(error) };
  }
  if (!look.isBack) return { differs: look.differs };
  throw new FwError('apply.not-pending', `the apply ${run.id} is not live any more: everything is as before it`, {
    firewall: 'rolled back and verified',
    next: `Nothing is confirmed. fw confirm --reject ${run.id} ends its journal, or wait until its time is over. Then apply again.`,
  });
}

/** The line decides. A disk that fails may have taken it all the same, and so the journal is asked. */
async function record({ journal, watchdog }: Ports, run: RunState, entry: JournalEntry): Promise<void> {
  try {
    await (await journal.open(run.id)).append(entry);
  } catch (error) {
    if ((await journal.fateOf(run.id).catch(() => undefined))?.kind === 'ended') return;
    const output = error instanceof FwError ? error.output : undefined;
    const isWatched = await watchdog.isAlive(run.id);
    const none =
      isWatched === undefined
        ? 'Whether its watchdog is there is not known'
        : 'Its watchdog is gone, so nothing brings it back';
    const back = isWatched === true ? 'It goes back when its time is over.' : `${none}: fw recover gives it another.`;
    throw new FwError('env.data-folder', `the apply ${run.id} is not confirmed: ${(error as Error).message}`, {
      ...(output === undefined ? {} : { output }),
      firewall: 'applied and verified',
      next: `${back} Make the data folder writable and make room on its disk, then run fw confirm again.`,
    });
  }
}

/** How it ended where it is over, in the words of the run that ended it. */
export async function notPending(
  { journal }: Ports,
  id: string | undefined,
  waiting: readonly RunState[],
): Promise<FwError> {
  const fate = id === undefined ? undefined : await journal.fateOf(id).catch(() => undefined);
  if (fate?.kind === 'ended') {
    const end =
      fate.outcome === 'rolled-back'
        ? `is rolled back and verified (${fate.why ?? 'not confirmed'})`
        : `is kept already (${fate.outcome})`;
    return new FwError('apply.not-pending', `the apply ${id} ${end}`, {
      firewall: fate.outcome === 'rolled-back' ? 'rolled back and verified' : 'applied and verified',
    });
  }
  if (fate?.kind === 'unfinished' && fate.why === 'rejected') {
    return new FwError(
      'apply.not-pending',
      `the apply ${id} is being taken back: its way back has begun and not ended`,
      {
        next: 'It cannot be kept any more, and part of it may be live. Its watchdog brings it back, or fw recover does. See fw status.',
      },
    );
  }
  const [other] = waiting;
  const what =
    id === undefined ? 'no apply is waiting to be confirmed' : `the apply ${id} is not waiting to be confirmed`;
  return new FwError('apply.not-pending', what, {
    next: other === undefined ? 'See fw status.' : `The pending apply is ${other.id}.`,
  });
}
