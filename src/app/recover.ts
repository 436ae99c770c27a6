import { FwError } from '../core/errors.ts';
import { keptSetText } from '../core/generation/kept-set-text.ts';
import type { RunState } from '../core/journal/fold.ts';
import { nextOf } from '../core/journal/next.ts';
import type { WhyBack } from '../core/journal/types.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { Ports } from '../ports.ts';
import { readMoment } from './read-moment.ts';
import { rollBack } from './roll-back.ts';
import { settleGenerations } from './settle-generations.ts';
import type { WholeSet } from './undo-sets.ts';

export type Recovery = {
  readonly rolledBack: readonly RunState[];
  /** Applies that wait for their confirmation; they are left alone. */
  readonly pending: readonly RunState[];
};

/**
 * Brings every apply of the data folder back that died, that nobody confirmed in time, or that a reboot undid; newest first, verified.
 * The caller holds the lock, so whoever wrote the journals is gone. Throws `apply.broken` when something could not be brought
 * back; its journal stays unfinished.
 */
export async function recover(ports: Ports): Promise<Recovery> {
  const runs = await ports.journal.unfinished();
  const moment = await readMoment(ports);
  const rolledBack: RunState[] = [];
  const pending: RunState[] = [];
  for (const run of [...runs].reverse()) {
    const next = nextOf(run, moment);
    if (next.kind === 'wait') pending.unshift(run);
    if (next.kind !== 'roll-back') continue;
    await recoverRun(ports, run, next.why);
    rolledBack.unshift(run);
  }
  return { rolledBack, pending };
}

/** Brings one apply back, whatever its state. */
export async function recoverRun(ports: Ports, run: RunState, why: WhyBack): Promise<void> {
  const steps = run.steps.map(({ step, before, after }) => ({ step, before: before ?? undefined, after }));
  const wholeOf = run.boot === (await ports.journal.bootId()) ? undefined : await setsOfLast(ports, run.sets ?? []);
  const { failed } = await rollBack(ports.kernel, steps, ports.report, run.sets, wholeOf);
  const journal = await ports.journal.open(run.id);
  const at = ports.clock.now().toISOString();
  const outcome = failed.length === 0 ? 'rolled-back' : 'broken';
  if (failed.length === 0) {
    await noteEnd(() => journal.append({ kind: 'end', at, outcome, why }), run);
    await settleGenerations(ports);
    return;
  }
  // It is unfinished already, which is what `broken` means to the next run; the words below must not be lost to a full disk.
  await journal.append({ kind: 'end', at, outcome, why }).catch(() => {});
  throw new FwError('apply.broken', `the apply ${run.id} could not be brought back`, {
    firewall: 'not proven: the way back failed',
    said: failed.map(({ step, said }) => `${stepLabel(step)}: ${said}`).join('\n'),
    next: `Page a human. Journal: ${ports.journal.pathOf(run.id)}. fw recover tries again.`,
  });
}

/**
 * Sets as the newest generation holds them. After a reboot they are gone, and the journal of a change of single entries knows only these;
 * the way back goes on from there. A generation that cannot be read keeps nothing from coming back.
 */
async function setsOfLast({ generations }: Ports, steps: readonly SetStep[]): Promise<WholeSet | undefined> {
  if (!steps.some(({ change }) => change === 'update')) return undefined;
  const newest = (await generations.numbers()).at(-1);
  const kept = newest === undefined ? undefined : await generations.read(newest).catch(() => undefined);
  return (step) => (kept === undefined ? undefined : keptSetText(kept.generation, step));
}

/** The rules are back; a disk that does not take the last line of the journal must not make that look like anything else. */
async function noteEnd(append: () => Promise<void>, run: RunState): Promise<void> {
  try {
    await append();
  } catch (error) {
    throw new FwError('env.data-folder', `the apply ${run.id} is back, but its journal cannot be ended`, {
      firewall: 'rolled back and verified',
      said: error instanceof FwError ? (error.said ?? error.message) : String(error),
      next: 'Make room on the disk of the data folder, then run fw recover.',
    });
  }
}
