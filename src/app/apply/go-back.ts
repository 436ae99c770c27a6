import { type ErrorCode, FwError } from '../../core/diagnostics/errors.ts';
import { goneText } from '../../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { Fate } from '../../core/journal/run-state.ts';
import { shortText } from '../../core/journal/short-text.ts';
import type { JournalEntry, JournalStep, WhyBack } from '../../core/journal/types.ts';
import { setsIn, tablesIn } from '../../core/plan/in-order.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { Step } from '../../core/plan/types.ts';
import type { Kernel, OpenJournal, Ports, Reporter } from '../../ports/ports.ts';
import { inNamespaces, isStillThere } from '../live/bind-namespaces.ts';
import { lookAtPending } from '../recover/look-at-pending.ts';
import { type ApplyRecord, type Attempt, closeAttempt } from './attempt.ts';
import { settleIfPossible } from './file-generation.ts';
import { type RolledBack, rollBack } from './roll-back.ts';

/** Why an apply went back, where it is more than that something failed. */
const WHY: Partial<Readonly<Record<ErrorCode, WhyBack>>> = {
  'apply.check-failed': 'check failed',
  'run.interrupted': 'interrupted',
  'run.terminated': 'interrupted',
};

/** Reasons to go back that keep their own code, and with it their exit number. */
const OWN_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'apply.check-failed',
  'run.interrupted',
  'run.terminated',
]);

/**
 * Undoes what an attempt has begun, closes it, and says how that ended, as the error to throw. The fates of earlier applies, and of this one, are filed as far as that can be
 * done.
 */
export async function goBack(attempt: Attempt, error: unknown): Promise<unknown> {
  const { ports, open } = attempt;
  open.asking?.ready();
  open.names?.close();
  const failure = open.record === undefined ? error : await undo(attempt, open.record, error);
  await closeAttempt(attempt);
  // Nothing was written, so nothing went back: no line of the history.
  if (open.record !== undefined && isUnchanged(failure)) {
    await ports.generations.discard(open.record.journal.id).catch(() => undefined);
  }
  if (failure instanceof FwError && failure.code !== 'apply.broken' && !hasMoved(failure))
    await settleIfPossible(ports);
  return failure;
}

/** Live was not what the plan was made from, and nothing was written: a new plan may be carried out. */
export function hasMoved(failure: unknown): failure is FwError {
  return failure instanceof FwError && failure.code === 'apply.moved' && failure.firewall === 'unchanged';
}

function isUnchanged(failure: unknown): boolean {
  return failure instanceof FwError && failure.code !== 'apply.broken' && failure.firewall === 'unchanged';
}

/** Where both locks are gone another run may be at work, which must not be undone: the locks are taken anew, or this fw writes nothing more. */
async function undo({ ports, begun }: Attempt, { journal, identities }: ApplyRecord, error: unknown): Promise<unknown> {
  const undoAll = () => undoBegun(ports, journal, begun, identities.written, error);
  if (begun.length === 0 || (await ports.lock.standing()) !== 'lost') return undoAll();
  let why = '';
  const lock = await ports.lock.acquire('fw apply', 0, { forWayBack: true }).catch((taken: unknown) => {
    why = taken instanceof Error ? taken.message : String(taken);
    return undefined;
  });
  try {
    const fate = await ports.journal.fateOf(journal.id).catch(() => undefined);
    // A run that writes first ends the journals of those that died before it: none has, and none begins now.
    if (lock !== undefined && fate?.kind === 'unfinished') return await undoAll();
    const look = lock && fate && (await lookAtPending(ports.kernel, { steps: begun }).catch(() => undefined));
    if (look?.isBack === true) return backAlready(error);
    return notProven(ports, journal.id, error, [GONE, ...(lock === undefined ? [`${why}.`] : []), whatHappens(fate)]);
  } finally {
    await lock?.release();
  }
}

const GONE = 'Both locks of the data folder were gone: nothing more is written by this fw.';

/** Who may still bring the apply back, in words. */
function whatHappens(fate: Fate | undefined): string {
  if (fate?.kind === 'ended')
    return 'Another fw has ended the journal of this apply. What this one wrote after that may be live.';
  return 'The next fw that writes takes this apply back first, or its watchdog does, as soon as no other fw is at work.';
}

function notProven({ journal }: Ports, id: string, cause: unknown, output: readonly string[]): FwError {
  return new FwError('apply.broken', cause instanceof Error ? cause.message : String(cause), {
    firewall: 'not proven: the way back failed',
    output: output.join('\n'),
    next: `Page a human. Journal: ${journal.pathOf(id)}. When no other fw is at work: fw recover, and then fw plan, which shows what is left.`,
    cause,
  });
}

/** Another run brought it back and ended its journal, and it is back now. */
function backAlready(cause: unknown): FwError {
  return new FwError('apply.rolled-back', cause instanceof Error ? cause.message : String(cause), {
    firewall: 'rolled back and verified',
    output: 'Both locks of the data folder were gone: another fw has taken this apply back.',
    cause,
  });
}

async function undoBegun(
  { kernel, report, journal: store, clock }: Ports,
  journal: OpenJournal,
  begun: readonly Step[],
  identities: readonly NamespaceIdentity[],
  error: unknown,
): Promise<unknown> {
  const { failed, notes } = await undoIn(kernel, identities, begun, report);
  const outcome = failed.length === 0 ? 'rolled-back' : 'broken';
  const reason = error instanceof FwError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const at = clock.now().toISOString();
  const unended = await endJournal(journal, {
    kind: 'end',
    at,
    outcome,
    why: (reason && WHY[reason.code]) ?? 'failed',
    said: shortText(message),
  });
  const output = [...(reason?.output === undefined ? [] : [reason.output]), ...notes, ...unended];
  if (begun.length === 0) {
    const details = output.length === 0 ? {} : { output: output.join('\n') };
    return reason ?? new FwError('apply.not-begun', message, { ...details, cause: error });
  }
  if (failed.length === 0) {
    return new FwError(
      reason !== undefined && OWN_CODES.has(reason.code) ? reason.code : 'apply.rolled-back',
      message,
      {
        firewall: 'rolled back and verified',
        cause: error,
        ...(output.length === 0 ? {} : { output: output.join('\n') }),
      },
    );
  }
  const words = failed.map(({ step, output }) => `${stepLabel(step)} could not be brought back: ${output}`);
  return new FwError('apply.broken', message, {
    firewall: 'not proven: the way back failed',
    output: [...output, ...words].join('\n'),
    next: `Page a human. Journal: ${store.pathOf(journal.id)}. fw recover tries the way back again.`,
    cause: error,
  });
}

/** A journal that cannot be ended stays unfinished: the next run goes back once more, which changes nothing. Resolves to what to say about it. */
async function endJournal(journal: OpenJournal, entry: JournalEntry): Promise<readonly string[]> {
  try {
    await journal.append(entry);
    return [];
  } catch (error) {
    return [`the journal could not be ended: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * Goes back in the very namespaces that were written, and says which of them are gone, with their rules. Never throws: where they cannot even be
 * looked at, every step has failed.
 */
async function undoIn(
  kernel: Kernel,
  identities: readonly NamespaceIdentity[],
  steps: readonly JournalStep[],
  report: Reporter,
): Promise<RolledBack & { readonly notes: readonly string[] }> {
  if (steps.length === 0) return { failed: [], notes: [] };
  try {
    return await inNamespaces(kernel, identities, async (gone) => {
      const isThere = isStillThere(gone);
      const there = steps.filter(({ namespace }) => isThere(namespace));
      return { ...(await rollBack(kernel, there, report)), notes: gone.map(goneText) };
    });
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    return { failed: [...tablesIn(steps), ...setsIn(steps)].map((step) => ({ step, output })), notes: [] };
  }
}
