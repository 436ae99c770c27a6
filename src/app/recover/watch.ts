import { type Next, nextOf } from '../../core/journal/next.ts';
import type { Fate } from '../../core/journal/run-state.ts';
import type { WhyBack } from '../../core/journal/types.ts';
import type { Announce, KeptRun, Ports } from '../../ports/ports.ts';
import { settleGenerations } from '../generations/settle-generations.ts';
import { readMoment } from '../live/read-moment.ts';
import { type BroughtBack, bringBack, recordEnd } from './recover.ts';

/** Timers stop while the machine sleeps, so the clock of the boot is looked at this often, and no timer is longer. */
const LOOK_AGAIN_MS = 2_000;
/** Between two tries of what failed: a second, then two, four, up to a minute. */
const LONGEST_PAUSE_MS = 60_000;
/**
 * A journal that cannot be ended is tried for so long, in seconds: a human who is told may be making room. One on a disk that does not even let it be read
 * is tried for the shorter time, from the first look that failed. The next run of fw ends it as well, and a process that holds files of a dead disk keeps it from being unmounted.
 */
const RECORD_SECONDS = 600;
const UNREAD_SECONDS = 60;

const WORDS: Readonly<Record<WhyBack, string>> = {
  died: 'died half-way',
  'not confirmed': 'was not confirmed in time',
  booted: 'was not confirmed before the machine was booted anew',
  rejected: 'was rejected',
  failed: 'failed',
  'check failed': 'failed its checks',
  interrupted: 'was interrupted',
};

/**
 * The watchdog of one apply. It waits for the lock, which the kernel hands over when the apply ends or dies, and then does what the
 * journal asks for: nothing, go back at once, or wait for the confirmation and go back then. It goes back first and tells afterwards, and
 * tries again until it is done. Where the journal cannot be read any more, its last state counts. `onBack` is called when nothing of the apply is live any more: what
 * is left then is to record it, and with an end of this process nothing else is lost.
 */
export async function watch(ports: Ports, kept: KeptRun, announce: Announce, onBack = () => {}): Promise<void> {
  let known: Fate = kept.run.state;
  const look = async (): Promise<Next> => {
    const fate = await kept.fate();
    known = fate ?? known;
    const next = nextOf({ ...kept.run, state: known }, await readMoment(ports));
    // The process that wrote the journal has let go of the lock, and whether it died or waits cannot be read: what is known is that it is not confirmed.
    const isUnread = fate === undefined && next.kind === 'roll-back' && next.why === 'died';
    return isUnread ? { ...next, why: 'not confirmed' } : next;
  };
  let told = '';
  for (let failures = 0; ; ) {
    const lock = await kept.acquire();
    let next: Next;
    let unrecorded: string | undefined;
    let back: BroughtBack | undefined;
    try {
      next = await look();
      if (next.kind === 'nothing') return await kept.concluded();
      if (next.kind === 'roll-back') {
        back = await bringBack(ports, kept.run, next.why);
        unrecorded = await record(ports, kept, back.why);
      }
    } catch (error) {
      next = { kind: 'nothing' };
      failures += 1;
      const output = error instanceof Error ? error.message : String(error);
      const words = `the apply ${kept.run.id} is NOT back: ${output}. It is tried again. PAGE A HUMAN`;
      if (words !== told) await announce(words);
      told = words;
    } finally {
      await lock.release();
    }
    if (back !== undefined) {
      onBack();
      return conclude(ports, kept, announce, { ...back, unrecorded });
    }
    if (next.kind === 'wait') await sleepWhilePending(ports, look);
    else await ports.clock.sleep(pauseAfter(failures));
  }
}

/** Looks without the lock: `fw confirm` is not kept waiting, and a watchdog that is not needed any more does not stay for hours. */
async function sleepWhilePending({ clock }: Ports, look: () => Promise<Next>): Promise<void> {
  for (;;) {
    const next = await look();
    if (next.kind !== 'wait') return;
    await clock.sleep(Math.min(next.milliseconds, LOOK_AGAIN_MS));
  }
}

async function record(ports: Ports, kept: KeptRun, why: WhyBack): Promise<string | undefined> {
  const output = await recordEnd(ports, kept.run, why, 'recover');
  if (output !== undefined) return output;
  // As long as the journal has not ended the next fw that writes goes back once more, over whatever another data folder has applied by then.
  await kept.concluded();
  // Files of the folder, which may be gone; the next run settles them as well.
  await settleGenerations(ports).catch(() => undefined);
  return undefined;
}

/** Tells, and records later what could not be recorded at once. */
async function conclude(
  ports: Ports,
  kept: KeptRun,
  announce: Announce,
  { why, isUndone, notes, unrecorded }: BroughtBack & { readonly unrecorded: string | undefined },
): Promise<void> {
  const how = isUndone ? 'it is rolled back and verified' : 'nothing of it is live';
  const words = [`the apply ${kept.run.id} ${WORDS[why]}: ${how}`, ...notes].join('; ');
  if (unrecorded === undefined) return announce(words);
  await announce(`${words}. Its journal cannot be ended yet: ${unrecorded}`);
  const end = ports.clock.uptime() + RECORD_SECONDS;
  let unreadEnd = Number.POSITIVE_INFINITY;
  let last = unrecorded;
  for (let failures = 1; ; failures += 1) {
    // No fw finds it any more, so none goes back by it.
    if (!(await kept.hasName())) return kept.concluded();
    const pause = pauseAfter(failures);
    if (ports.clock.uptime() + pause / 1000 > Math.min(end, unreadEnd)) break;
    await ports.clock.sleep(pause);
    const lock = await kept.acquire();
    try {
      const fate = await kept.fate();
      if (fate?.kind === 'ended') return await kept.concluded();
      unreadEnd =
        fate === undefined ? Math.min(unreadEnd, ports.clock.uptime() + UNREAD_SECONDS) : Number.POSITIVE_INFINITY;
      const output = await record(ports, kept, why);
      if (output === undefined) return announce(words);
      last = output;
    } finally {
      await lock.release();
    }
  }
  await announce(
    `${words}. Its journal is not ended, and this watchdog tries no more: ${last}. The next fw that writes ends it`,
  );
}

function pauseAfter(failures: number): number {
  return Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
