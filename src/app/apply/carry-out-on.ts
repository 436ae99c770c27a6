import { FwError } from '../../core/diagnostics/errors.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { digestForeign, digestOwned } from '../../core/plan/precondition.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { TableStep } from '../../core/plan/types.ts';
import { chainsWithRules, fleshOut, type Skeleton } from '../../core/rehearsal/skeleton.ts';
import type { Transaction } from '../../core/restore/edit.ts';
import { parseSave } from '../../core/restore/parse-save.ts';
import { printEdits } from '../../core/restore/print-edits.ts';
import { printTable, tableText } from '../../core/restore/print-table.ts';
import { digestTable } from '../../core/rules/digest.ts';
import type { Table } from '../../core/rules/types.ts';
import type { Ran, Scratch } from '../../ports/ports.ts';
import { wayBack } from './way-back.ts';

/** A table with its text, see `tableText`. */
export type Read = { readonly table: Table; readonly text: string | undefined };

/** On what a step is rehearsed. */
type Copying = {
  readonly skeleton?: Skeleton | undefined;
  /** The scratch namespace has never had this table. */
  readonly isFresh?: boolean;
};

/**
 * Runs the edits and the way back of a step on a copy of the live table, or on its skeleton: the first must give exactly the planned table, the
 * second exactly the old one. Resolves to the whole table that it became, or to what is wrong. Throws when a program does not come to an end.
 */
export async function carryOutOn(
  scratch: Scratch,
  step: TableStep,
  live: Table | undefined,
  { skeleton, isFresh = false }: Copying = {},
): Promise<Read | FwError> {
  const refusal = await loadAndChange(scratch, step, skeleton?.table ?? live, isFresh);
  if (refusal !== undefined) return refusal;
  const changed = await readBack(scratch, step, live, skeleton);
  if (changed === undefined || !isAsPlanned(step, live, changed.table)) {
    return differs(step, 'the change does not give the planned rules');
  }
  const made = changed.table ?? { name: step.table, chains: [] };
  // The very edits that going back would run, whatever the plan says of it.
  const back = wayBack({ ...step, before: live, after: made }, changed.table);
  if (skeleton !== undefined && [...chainsWithRules(back)].some((chain) => !skeleton.whole.has(chain))) {
    return differs(step, 'the way back changes chains that the change left alone');
  }
  const ranBack = await runEdits(scratch, step, back);
  if (ranBack.exitCode !== 0) return refused(step, 'the way back', ranBack);
  const gone = await readBack(scratch, step, live, skeleton);
  if (gone === undefined || digestTable(gone.table, step.table) !== digestTable(live, step.table)) {
    return differs(step, 'the way back does not give the rules of before');
  }
  return { table: made, text: changed.text };
}

/** One program where nothing has to be flushed; what it refuses two tell apart. */
async function loadAndChange(
  scratch: Scratch,
  step: TableStep,
  copied: Table | undefined,
  isFresh: boolean,
): Promise<FwError | undefined> {
  const clone = copied === undefined ? `*${step.table}\nCOMMIT\n` : printTable(copied, { counters: true });
  if (isFresh) {
    const both = `${clone}${printEdits(step.table, step.edits)}`;
    const ran = await scratch.restore(step.backend, step.family, both, { noflush: true });
    if (ran.exitCode === 0) return undefined;
    if (ran.problem !== undefined) return refused(step, 'the change', ran);
  }
  const loaded = await scratch.restore(step.backend, step.family, clone, { noflush: false });
  if (loaded.exitCode !== 0) return refused(step, 'a copy of the live table', loaded);
  const ran = await runEdits(scratch, step, step.edits);
  return ran.exitCode === 0 ? undefined : refused(step, 'the change', ran);
}

function runEdits(scratch: Scratch, step: TableStep, edits: readonly Transaction[]): Promise<Ran> {
  return scratch.restore(step.backend, step.family, printEdits(step.table, edits), { noflush: true });
}

/** Where others have changed their part since the plan was made, theirs must be as it is now, ours as it was planned. */
function isAsPlanned(step: TableStep, live: Table | undefined, after: Table | undefined): boolean {
  if (digestTable(live, step.table) === step.digests.before) {
    return digestTable(after, step.table) === step.digests.after;
  }
  return (
    digestOwned(step, after) === digestOwned(step, step.after) &&
    digestForeign(step, after) === digestForeign(step, live)
  );
}

/** The table as a whole, as it is in the scratch namespace. Undefined where chains that nothing changed are not what they were. */
async function readBack(
  scratch: Scratch,
  step: TableStep,
  live: Table | undefined,
  skeleton: Skeleton | undefined,
): Promise<Partial<Read> | undefined> {
  const { stdout } = await scratch.save(step.backend, step.family);
  const { ruleset } = parseSave(stdout, step.family);
  const read = ruleset.tables.find(({ name }) => name === step.table);
  if (read === undefined) return {};
  if (skeleton === undefined || live === undefined) return { table: read, text: tableText(stdout, step.table) };
  const table = fleshOut(read, skeleton, live);
  return table && { table, text: tableText(printTable(table, { counters: true }), step.table) };
}

function refused(step: TableStep, what: string, ran: Ran): FwError {
  if (ran.problem === 'timeout') {
    throw new FwError('kernel.timeout', `${stepLabel(step)}: ${what} did not come to an end in the rehearsal`, {
      next: 'Nothing live was touched. Give programs more time with --timeout, or make the change in smaller parts.',
    });
  }
  return new FwError('kernel.rejected', `${stepLabel(step)}: the kernel refuses ${what} in the rehearsal`, {
    output: readRefusal(ran.stderr).output,
    next: 'Correct the state; nothing live was touched.',
  });
}

function differs(step: TableStep, what: string): FwError {
  return new FwError('internal.bug', `${stepLabel(step)}: in the rehearsal ${what}`);
}
