import { type ErrorCode, FwError } from '../core/errors.ts';
import type { JournalStep } from '../core/journal/types.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import type { Plan } from '../core/plan/types.ts';
import { digestTable } from '../core/ruleset/digest.ts';
import type { OpenJournal, Ports } from '../ports.ts';
import { proveSteps } from './prove-live.ts';
import { readTables } from './read-tables.ts';
import { type Rehearsed, rehearse } from './rehearse.ts';
import { rollBack } from './roll-back.ts';
import { runSteps } from './run-steps.ts';
import { verify } from './verify.ts';

export type ApplyOptions = {
  /** Who applies, for the journal. */
  readonly operator: string;
  /** Aborted by a signal, with the error to end with: no further table is begun, and what was done goes back. */
  readonly stop: AbortSignal;
  /** Called before anything is written, to the journal first. */
  readonly beginWriting: () => void;
  /** Called after the journal is on disk and before the first write. */
  readonly arm?: (journal: OpenJournal) => Promise<void>;
  /** Called after everything is verified; what it throws rolls everything back. */
  readonly check?: () => Promise<void>;
};

/** Reasons to go back that keep their own code, and with it their exit number. */
const OWN_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'apply.check-failed',
  'run.interrupted',
  'run.terminated',
]);

/**
 * Carries out a plan and nothing else: all of it, proven by reading back, or none of it. The caller holds the lock.
 * Throws `apply.moved` when live is not what the plan was made from (nothing was touched), `apply.rolled-back` (`apply.check-failed` if
 * that was the reason) when something failed and everything is proven to be as before, `apply.broken` when that could not be proven.
 * Resolves to the journal, which the caller ends: `applied`, or `pending` until somebody confirms.
 */
export async function applyPlan(ports: Ports, plan: Plan, options: ApplyOptions): Promise<OpenJournal> {
  const { kernel, report } = ports;
  report({ kind: 'phase', phase: 'rehearse' });
  const before = await readTables(kernel, plan.steps);
  await proveSteps(kernel, plan.steps, before);
  const rehearsed = await rehearse(kernel, plan.steps, before);
  await checkUnmoved(ports, rehearsed);
  if (options.stop.aborted) throw options.stop.reason;
  options.beginWriting();
  const journal = await ports.journal.begin(rehearsed.map(journalStep), options.operator);
  const begun: Rehearsed[] = [];
  try {
    await options.arm?.(journal);
    report({ kind: 'phase', phase: 'apply' });
    await runSteps(ports, rehearsed, begun, options.stop);
    report({ kind: 'phase', phase: 'verify' });
    await verify(kernel, rehearsed);
    await options.check?.();
    if (options.stop.aborted) throw options.stop.reason;
    return journal;
  } catch (error) {
    throw await goBack(ports, journal, begun, error);
  }
}

async function checkUnmoved({ kernel }: Ports, rehearsed: readonly Rehearsed[]): Promise<void> {
  const live = await readTables(
    kernel,
    rehearsed.map(({ step }) => step),
  );
  const moved = rehearsed.find(({ step }, index) => digestTable(live[index], step.table) !== step.before);
  if (moved !== undefined) throw new FwError('apply.moved', `${stepLabel(moved.step)} changed after the plan was made`);
}

/** Undoes what was begun and says how that ended, as the error to throw. */
async function goBack(
  { kernel, report, journal: store, clock }: Ports,
  journal: OpenJournal,
  begun: readonly Rehearsed[],
  error: unknown,
): Promise<unknown> {
  const { failed } = await rollBack(kernel, begun, report);
  const outcome = failed.length === 0 ? 'rolled-back' : 'broken';
  await journal.append({ kind: 'end', at: clock.now().toISOString(), outcome });
  const reason = error instanceof FwError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (begun.length === 0 && reason !== undefined) return reason;
  if (failed.length === 0) {
    const code = reason !== undefined && OWN_CODES.has(reason.code) ? reason.code : 'apply.rolled-back';
    return new FwError(code, message, {
      firewall: 'rolled back and verified',
      cause: error,
      ...(reason?.said === undefined ? {} : { said: reason.said }),
    });
  }
  const words = failed.map(({ step, said }) => `${stepLabel(step)} could not be brought back: ${said}`);
  return new FwError('apply.broken', message, {
    firewall: 'not proven: the way back failed',
    said: [...(reason?.said === undefined ? [] : [reason.said]), ...words].join('\n'),
    next: `Page a human. Journal: ${store.pathOf(journal.id)}. fw recover tries the way back again.`,
    cause: error,
  });
}

function journalStep({ step, before, after }: Rehearsed): JournalStep {
  return { step, before: before ?? null, after };
}
