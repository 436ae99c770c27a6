import { FwError } from '../../core/diagnostics/errors.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { digestForeign, digestOwned } from '../../core/plan/precondition.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import type { TableStep } from '../../core/plan/types.ts';
import { namedTexts, type Transaction } from '../../core/restore/edit.ts';
import { parseSave } from '../../core/restore/parse-save.ts';
import { printEdits } from '../../core/restore/print-edits.ts';
import { printTable, tableText } from '../../core/restore/print-table.ts';
import { findRulesWithObjects } from '../../core/rule-text/needed-object.ts';
import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import { digestTable } from '../../core/rules/digest.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Table } from '../../core/rules/types.ts';
import { createsFrom, namedSets } from '../../core/sets/headers.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Kernel, Ran, Scratch } from '../../ports/ports.ts';
import { wayBack } from './way-back.ts';

type Read = { readonly table: Table; readonly text: string | undefined };

/** A step with the tables of the rehearsal: as live is, and as the step makes it of that. */
export type RehearsedTable = TableStep & {
  /** The text of `after`, see `tableText`, where the rehearsal has read it. */
  readonly afterText?: string | undefined;
};

/**
 * Runs the edits and the way back of every step on a clone of its live table in a scratch namespace: the first must give exactly
 * the planned table, the second exactly the old one. Equal transitions are rehearsed once. Throws before anything live is touched.
 */
export async function rehearse(
  kernel: Kernel,
  steps: readonly TableStep[],
  before: readonly (Table | undefined)[],
  sets: readonly SetStep[] = [],
): Promise<readonly RehearsedTable[]> {
  const done = new Map<string, Read>();
  const rehearsed: RehearsedTable[] = [];
  const scratch = await kernel.scratch();
  try {
    for (const [index, step] of steps.entries()) {
      const live = before[index];
      const transition = [step.backend, step.family, step.table, digestTable(live, step.table)];
      const key = [...transition, JSON.stringify(step.ownership), printEdits(step.table, step.edits)].join(' ');
      const after = done.get(key) ?? (await rehearseStep(kernel, scratch, step, live, sets));
      done.set(key, after);
      rehearsed.push({ ...step, before: live, after: after.table, afterText: after.text });
    }
    return rehearsed;
  } finally {
    await scratch.close();
  }
}

async function rehearseStep(
  kernel: Kernel,
  scratch: Scratch,
  step: TableStep,
  live: Table | undefined,
  changed: readonly SetStep[],
): Promise<Read> {
  const goal = step.after;
  if ([live, goal].some((table) => findRulesWithObjects(table).length > 0)) return believe(step, live, goal);
  const clone = live === undefined ? `*${step.table}\nCOMMIT\n` : printTable(live, { counters: true });
  await createSets(kernel, scratch, step, live, changed);
  check(step, 'a copy of the live table', await scratch.restore(step.backend, step.family, clone, { noflush: false }));
  check(step, 'the change', await runEdits(scratch, step, step.edits));
  const read = await readBack(scratch, step);
  const after = read.table;
  const isAsPlanned = digestTable(live, step.table) === step.digests.before;
  const agrees = isAsPlanned
    ? digestTable(after, step.table) === step.digests.after
    : isOnlyOurs(step, live, after, goal);
  if (!agrees) throw differs(step, 'the change does not give the planned rules');
  const made = after ?? { name: step.table, chains: [] };
  // The very edits that going back would run, whatever the plan says of it.
  const back = wayBack({ ...step, before: live, after: made }, after);
  check(step, 'the way back', await runEdits(scratch, step, back));
  if (digestTable((await readBack(scratch, step)).table, step.table) !== digestTable(live, step.table)) {
    throw differs(step, 'the way back does not give the rules of before');
  }
  return { table: made, text: read.text };
}

function runEdits(scratch: Scratch, step: TableStep, edits: readonly Transaction[]): Promise<Ran> {
  return scratch.restore(step.backend, step.family, printEdits(step.table, edits), { noflush: true });
}

/** A table that no scratch namespace takes is believed to become what was planned: guard FWG06 has asked for that. */
function believe(step: TableStep, live: Table | undefined, goal: Table): Read {
  if (digestTable(live, step.table) === step.digests.before) return { table: goal, text: undefined };
  throw new FwError('apply.moved', `${stepLabel(step)} changed after the plan was made, and cannot be rehearsed`);
}

/** Others have changed their part since the plan was made: theirs must be as it is now, ours as it was planned. */
function isOnlyOurs(step: TableStep, live: Table | undefined, after: Table | undefined, goal: Table): boolean {
  return (
    digestOwned(step, after) === digestOwned(step, goal) && digestForeign(step, after) === digestForeign(step, live)
  );
}

/** Sets that the rules name, empty: those that the plan makes, then those that are live. */
async function createSets(
  kernel: Kernel,
  scratch: Scratch,
  step: TableStep,
  live: Table | undefined,
  changed: readonly SetStep[],
): Promise<void> {
  const sets = namedSets([...ruleTexts([live]), ...namedTexts(step.edits)]);
  if (sets.size === 0) return;
  const label = namespaceLabel(step.namespace);
  for (const { namespace, set, headers } of changed) {
    if (namespaceLabel(namespace) !== label || headers.after === undefined || !sets.has(set)) continue;
    await scratch.restoreSets(printSetEdits([{ kind: 'create', set, header: headers.after }]));
    sets.delete(set);
  }
  const creates = createsFrom((await kernel.setHeaders(step.namespace)).stdout, sets);
  // A set that an earlier rehearsal made is there already; what it holds does not matter here.
  if (creates.length > 0) await scratch.restoreSets(printSetEdits(creates));
}

async function readBack(scratch: Scratch, step: TableStep): Promise<Partial<Read>> {
  const { stdout } = await scratch.save(step.backend, step.family);
  const { ruleset } = parseSave(stdout, step.family);
  const table = ruleset.tables.find(({ name }) => name === step.table);
  return table === undefined ? {} : { table, text: tableText(stdout, step.table) };
}

function check(step: TableStep, what: string, ran: Ran): void {
  if (ran.exitCode === 0) return;
  if (ran.problem === 'timeout') {
    throw new FwError('kernel.timeout', `${stepLabel(step)}: ${what} did not come to an end in the rehearsal`, {
      next: 'Nothing live was touched. Give programs more time with --timeout, or make the change in smaller parts.',
    });
  }
  throw new FwError('kernel.rejected', `${stepLabel(step)}: the kernel refuses ${what} in the rehearsal`, {
    output: readRefusal(ran.stderr).output,
    next: 'Correct the state; nothing live was touched.',
  });
}

function differs(step: TableStep, what: string): FwError {
  return new FwError('internal.bug', `${stepLabel(step)}: in the rehearsal ${what}`);
}
