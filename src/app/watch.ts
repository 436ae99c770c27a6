import type { RunState } from '../core/journal/fold.ts';
import { nextOf } from '../core/journal/next.ts';
import type { Ports } from '../ports.ts';
import { readMoment } from './read-moment.ts';
import { recoverRun } from './recover.ts';

export type Watched = { readonly run: RunState; readonly why: 'died' | 'not confirmed' | 'booted' };

const LOOK_AGAIN_MS = 2_000;

/**
 * The watchdog of one apply. It waits for the lock, which the kernel hands over when the apply ends or dies, and then does what the
 * journal asks for: nothing, roll back at once, or wait for the confirmation and roll back then.
 * Resolves to what was rolled back. `announce` is told before and after.
 */
export async function watch(
  ports: Ports,
  id: string,
  announce: (words: string) => Promise<void>,
): Promise<Watched | undefined> {
  for (;;) {
    const lock = await ports.lock.acquire('fw watchdog', Number.POSITIVE_INFINITY);
    try {
      const run = await ports.journal.read(id);
      const next = run === undefined ? ({ kind: 'nothing' } as const) : nextOf(run, await readMoment(ports));
      if (run === undefined || next.kind === 'nothing') return undefined;
      if (next.kind === 'roll-back') {
        await announce(
          `the apply ${id} ${next.why === 'died' ? 'died half-way' : 'was not confirmed in time'}: rolling back`,
        );
        await recoverRun(ports, run, next.why);
        await announce(`the apply ${id} is rolled back and verified`);
        return { run, why: next.why };
      }
    } finally {
      await lock.release();
    }
    await sleepWhilePending(ports, id);
  }
}

/** Looks without the lock: whoever confirms is not kept waiting, and a watchdog that nobody needs any more does not stay for hours. */
async function sleepWhilePending(ports: Ports, id: string): Promise<void> {
  for (;;) {
    const run = await ports.journal.read(id);
    const next = run === undefined ? undefined : nextOf(run, await readMoment(ports));
    if (next?.kind !== 'wait') return;
    await ports.clock.sleep(Math.min(next.milliseconds, LOOK_AGAIN_MS));
  }
}
