import type { JournalStep } from '../../core/journal/types.ts';
import { setsIn, tablesIn } from '../../core/plan/in-order.ts';
import type { StepName } from '../../core/plan/progress.ts';
import type { StepFacts } from '../../core/plan/types.ts';
import { printEdits } from '../../core/restore/print-edits.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Kernel, Reporter } from '../../ports/ports.ts';
import { readTables } from '../live/read-tables.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';
import { freeingsOf } from './way-back.ts';

export type RolledBack = { readonly failed: readonly { readonly step: StepName; readonly output: string }[] };

/**
 * Undoes steps, given in the order in which they were begun, the newest first, each proven by reading it back: tables, then the changes of sets, but those
 * that rules of before need go first. What other programs changed since stays as it is. A step that cannot be undone does not keep the others from going
 * back. Never throws for what the kernel answers.
 */
export async function rollBack(kernel: Kernel, steps: readonly JournalStep[], report: Reporter): Promise<RolledBack> {
  const [tables, sets] = [tablesIn(steps), setsIn(steps)];
  if (steps.length > 0) report({ kind: 'rollback.start', total: steps.length, sets: sets.length });
  const failed: { step: StepName; output: string }[] = [];
  const note = (step: JournalStep, output: string | undefined) => {
    if (output !== undefined) failed.push({ step, output });
    report({ kind: output === undefined ? 'rollback.done' : 'rollback.failed', step });
  };
  await remakeSets(kernel, sets.toReversed());
  await freeNames(kernel, tables);
  for (const step of tables.toReversed()) note(step, await tableDriver.rollBack(kernel, step));
  for (const step of sets.toReversed()) note(step, await setDriver.rollBack(kernel, step));
  return { failed };
}

/**
 * Sets that rules of before may name and that are not there: destroyed by the change, or by another program meanwhile. They must be back before the
 * rules are.
 */
async function remakeSets(kernel: Kernel, steps: readonly SetStep[]): Promise<void> {
  const wanted = steps.filter(({ headers }) => headers.before !== undefined);
  for (const step of wanted) {
    const [found] = await setDriver.read(kernel, [step]).catch(() => []);
    if (found !== undefined && found.live === undefined) await setDriver.rollBack(kernel, step);
  }
}

/**
 * Where several tables of a family go back, their rules let go of the hashlimit tables whose settings go back, before the first of them is undone.
 * What fails here fails again where the table is undone, and is reported there.
 */
async function freeNames(kernel: Kernel, steps: readonly StepFacts[]): Promise<void> {
  const groups = new Map<string, StepFacts[]>();
  for (const step of steps) {
    const { family, namespace } = step;
    const key = `${family} ${namespace.kind} ${namespaceLabel(namespace)}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    try {
      const live = await readTables(kernel, group);
      for (const { step, edits } of freeingsOf(group, live)) {
        await kernel.restore(step, printEdits(step.table, [edits]));
      }
    } catch {
      // The loop over the steps meets the same obstacle, tries again, and tells.
    }
  }
}
