import { namespaceLabel } from '../core/namespace-label.ts';
import { readRefusal } from '../core/normal/refusal.ts';
import { notAsBefore } from '../core/ownership/restored.ts';
import { listChains } from '../core/plan/list-chains.ts';
import type { StepName } from '../core/progress.ts';
import { printEdits } from '../core/restore/print-edits.ts';
import { isPristine } from '../core/ruleset/builtin.ts';
import type { Namespace, Table } from '../core/ruleset/types.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { Kernel, Reporter } from '../ports.ts';
import { readTables } from './read-tables.ts';
import { remakeSets, undoSetStep } from './undo-sets.ts';
import { changeOf, freeingEditsOf, type Undoable, wayBack } from './way-back.ts';

export type RolledBack = { readonly failed: readonly { readonly step: StepName; readonly said: string }[] };

/** Others may write between our reading and our writing; then both are done again, this often. */
const ATTEMPTS = 5;

/**
 * Undoes steps, the newest first, each proven by reading it back: every chain that a step changed is compared with what it was, see `notAsBefore`; then the changes of sets, but those that rules of before need go first. What other programs changed since stays as it is.
 * A step that cannot be undone does not keep the others from going back. Never throws for what the kernel answers.
 */
export async function rollBack(
  kernel: Kernel,
  steps: readonly Undoable[],
  report: Reporter,
  sets: readonly SetStep[] = [],
): Promise<RolledBack> {
  const total = steps.length + sets.length;
  if (total > 0) report({ kind: 'rollback.start', total, sets: sets.length });
  const failed: { step: StepName; said: string }[] = [];
  await remakeSets(kernel, sets.toReversed());
  await freeNames(kernel, steps);
  for (const rehearsed of [...steps].reverse()) {
    const said = await undo(kernel, rehearsed);
    if (said !== undefined) failed.push({ step: rehearsed.step, said });
    report({ kind: said === undefined ? 'rollback.done' : 'rollback.failed', step: rehearsed.step });
  }
  for (const step of sets.toReversed()) {
    const said = await undoSetStep(kernel, step);
    if (said !== undefined) failed.push({ step, said });
    report({ kind: said === undefined ? 'rollback.done' : 'rollback.failed', step });
  }
  return { failed };
}

/**
 * Where several tables of a family go back, their rules let go of the hashlimit tables whose settings go back, before the first of them is undone.
 * What fails here fails again where the table is undone, and is reported there.
 */
async function freeNames(kernel: Kernel, steps: readonly Undoable[]): Promise<void> {
  const groups = new Map<string, Undoable[]>();
  for (const item of steps) {
    const { family, namespace } = item.step;
    const key = `${family} ${namespace.kind} ${namespaceLabel(namespace)}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    try {
      const live = await readTables(
        kernel,
        group.map(({ step }) => step),
      );
      for (const [index, edits] of freeingEditsOf(group, live).entries()) {
        const step = group[index]?.step;
        if (edits !== undefined && step !== undefined) await kernel.restore(step, printEdits(step.table, [edits]));
      }
    } catch {
      // The loop over the steps meets the same obstacle, tries again, and tells.
    }
  }
}

/** Undefined when the table is proven to be back, else why it is not. */
async function undo(kernel: Kernel, rehearsed: Undoable): Promise<string | undefined> {
  let said = '';
  let wrong: readonly string[] = [];
  // One look more than there are writes, so that the answer is true after the last of them.
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const [live] = await readTables(kernel, [rehearsed.step]);
      wrong = notAsBefore(changeOf(rehearsed), live);
      const back = wayBack(rehearsed, live);
      if (back.length === 0) return await provenBack(kernel, rehearsed, live, wrong);
      if (attempt === ATTEMPTS) break;
      const ran = await kernel.restore(rehearsed.step, printEdits(rehearsed.step.table, back));
      if (ran.exitCode !== 0) said = readRefusal(ran.stderr).said;
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
      if (await isGone(kernel, rehearsed.step.namespace)) return undefined;
    }
  }
  const left = wrong.length === 0 ? '' : `not as before: ${listChains(wrong)}`;
  return [said === '' ? 'live rules keep changing' : said, left].filter((words) => words !== '').join('; ');
}

/** A namespace that was deleted took its rules with it: nothing of our change is left to undo. */
async function isGone(kernel: Kernel, namespace: Namespace): Promise<boolean> {
  return namespace.kind === 'named' && !(await kernel.namespaces()).includes(namespace.name);
}

/** Nothing left to write is no proof: what was read must be what was there before. */
async function provenBack(
  kernel: Kernel,
  { step }: Undoable,
  live: Table | undefined,
  wrong: readonly string[],
): Promise<string | undefined> {
  if (wrong.length > 0) return `not as before: ${listChains(wrong)}`;
  if (step.created && live !== undefined && isPristine(live)) await kernel.removeEmptyTable(step, step.table);
  return undefined;
}
