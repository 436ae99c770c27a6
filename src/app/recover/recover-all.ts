import type { RunState } from '../../core/journal/run-state.ts';
import type { Elsewhere, Standing } from '../../core/report/status-document.ts';
import type { Ports } from '../../ports/ports.ts';
import { ensureWatched } from '../apply/ensure-watched.ts';
import { findLeftToEnd } from '../connections/end-noted.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { elsewhere, whereElse, withPlace } from '../live/with-place.ts';
import { notUnfinished } from './forget.ts';
import { type Recovery, recover } from './recover.ts';
import { standingOf } from './standing-of.ts';
import { tellReturns } from './tell-returns.ts';

/** An apply that waits to be confirmed, which is left alone. */
export type LeftAlone = {
  readonly id: string;
  readonly standing: Standing;
  /** Where it was made, and what to do there; undefined where that is here. */
  readonly elsewhere: Elsewhere | undefined;
};

/**
 * All of `fw recover`: brings back what must go back, and gives what waits to be confirmed a watchdog where it has none any more. `beginWriting` is called before
 * anything is written; `trusted` as for `recover`. Throws `apply.not-pending` where no such apply is unfinished.
 */
export async function recoverAll(
  ports: Ports,
  beginWriting: () => void,
  trusted?: string,
): Promise<Recovery & { readonly rewatched: readonly string[]; readonly leftAlone: readonly LeftAlone[] }> {
  const runs = await ports.journal.unfinished();
  if (trusted !== undefined && !runs.some(({ id }) => id === trusted)) throw notUnfinished(trusted);
  if (runs.length === 0 && (await findLeftToEnd(ports)).length === 0)
    return { rolledBack: [], pending: [], unrecorded: [], ended: [], rewatched: [], leftAlone: [] };
  const lock = await ports.lock.acquire('fw recover', 0, { forWayBack: true });
  try {
    beginWriting();
    const recovery = await recover(ports, trusted);
    const rewatched = await rewatch(ports, recovery.pending).catch((error: unknown) => {
      throw tellReturns(error, recovery.rolledBack);
    });
    // Filed now, so that they are not ended once more.
    if (recovery.ended.length > 0) await settleGenerations(ports).catch(() => undefined);
    const leftAlone: LeftAlone[] = [];
    for (const run of recovery.pending) {
      const place = await whereElse(ports, run, 'reject');
      leftAlone.push({ id: run.id, standing: await standingOf(ports, run), elsewhere: place });
    }
    return { ...recovery, rewatched, leftAlone };
  } finally {
    await lock.release();
  }
}

/** Gives each apply that waits without a live watchdog a new one. */
async function rewatch(ports: Ports, pending: readonly RunState[]): Promise<readonly string[]> {
  const rewatched: string[] = [];
  for (const run of pending) {
    const { id } = run;
    if (await ports.watchdog.isAlive(id)) continue;
    if ((await standingOf(ports, run)).kind === 'not live') continue;
    // A watchdog of here could do nothing for it.
    await withPlace(ports, run, async (place) => {
      if (place.kind !== 'here' && place.kind !== 'earlier boot') throw await elsewhere(ports, run, place);
    });
    await ensureWatched(ports, id, undefined);
    rewatched.push(id);
  }
  return rewatched;
}
