import { FwError } from '../core/errors.ts';
import { keptSetText } from '../core/generation/kept-set-text.ts';
import type { RunState } from '../core/journal/fold.ts';
import { nextOf } from '../core/journal/next.ts';
import { shortText } from '../core/journal/short-text.ts';
import type { JournalEntry, WhyBack } from '../core/journal/types.ts';
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
  /** Those of the first whose journals the disk did not let end: they are back, and the next run goes back once more, which changes nothing. */
  readonly unrecorded: readonly Unrecorded[];
};

export type Unrecorded = { readonly run: RunState; readonly said: string };

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
  const unrecorded: Unrecorded[] = [];
  for (const run of [...runs].reverse()) {
    const next = nextOf(run, moment);
    if (next.kind === 'wait') pending.unshift(run);
    if (next.kind !== 'roll-back') continue;
    const said = await recoverRun(ports, run, next.why);
    rolledBack.unshift(run);
    if (said !== undefined) unrecorded.unshift({ run, said });
  }
  return { rolledBack, pending, unrecorded };
}

/**
 * Brings one apply back, whatever its state. Resolves to why that could not be written to its journal, where it could not. Throws `apply.broken` when it is
 * not back.
 */
export async function recoverRun(ports: Ports, run: RunState, why: WhyBack): Promise<string | undefined> {
  await bringBack(ports, run, why);
  const said = await recordEnd(ports, run, why);
  // The next run files or discards what is prepared as well.
  if (said === undefined) await settleGenerations(ports).catch(() => undefined);
  return said;
}

/** The part of it that the kernel sees: it needs nothing from the disk of the data folder. */
export async function bringBack(ports: Ports, run: RunState, why: WhyBack): Promise<void> {
  const steps = run.steps.map(({ step, before, after }) => ({ step, before: before ?? undefined, after }));
  const wholeOf = run.boot === (await ports.journal.bootId()) ? undefined : await setsOfLast(ports, run.sets ?? []);
  const { failed } = await rollBack(ports.kernel, steps, ports.report, run.sets, wholeOf);
  if (failed.length === 0) return;
  const said = failed.map(({ step, said }) => `${stepLabel(step)}: ${said}`).join('\n');
  const at = ports.clock.now().toISOString();
  // It is unfinished already, which is what `broken` means to the next run; the words below must not be lost to a full disk.
  await append(ports, run, { kind: 'end', at, outcome: 'broken', why, said: shortText(said) });
  throw new FwError('apply.broken', `the apply ${run.id} could not be brought back`, {
    firewall: 'not proven: the way back failed',
    said,
    next: `Page a human. Journal: ${ports.journal.pathOf(run.id)}. fw recover tries again.`,
  });
}

/** Ends the journal of an apply that is back. Resolves to why not, where the disk does not take it. */
export function recordEnd(ports: Ports, run: RunState, why: WhyBack): Promise<string | undefined> {
  return append(ports, run, { kind: 'end', at: ports.clock.now().toISOString(), outcome: 'rolled-back', why });
}

async function append({ journal }: Ports, run: RunState, entry: JournalEntry): Promise<string | undefined> {
  try {
    await (await journal.open(run.id)).append(entry);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The rules are back; a disk that does not take the last line of the journal must not make that look like anything else. */
export function unrecordedError({ run, said }: Unrecorded): FwError {
  return new FwError('env.data-folder', `the apply ${run.id} is back, but its journal cannot be ended`, {
    firewall: 'rolled back and verified',
    said,
    next: 'Make the data folder writable and make room on its disk, then run fw recover.',
  });
}

/**
 * Sets as the newest generation holds them. After a reboot they are gone, and the journal of a change of single entries knows only these;
 * the way back goes on from there. A generation that cannot be read keeps nothing from coming back.
 */
async function setsOfLast({ generations }: Ports, steps: readonly SetStep[]): Promise<WholeSet | undefined> {
  if (!steps.some(({ change }) => change === 'update')) return undefined;
  const newest = (await generations.numbers().catch(() => [])).at(-1);
  const kept = newest === undefined ? undefined : await generations.read(newest).catch(() => undefined);
  return (step) => (kept === undefined ? undefined : keptSetText(kept.generation, step));
}
