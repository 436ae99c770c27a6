import { ownershipOf } from '../ownership/ownership.ts';
import { inOrder, setSteps, tableSteps } from '../plan/in-order.ts';
import { stepLabel } from '../plan/progress.ts';
import { type HandedOver, handedOver, printReverse, printStepEdits, stepEdits } from '../plan/step-edits.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { digestTable } from '../rules/digest.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Table } from '../rules/types.ts';
import { showsWhatItDoes } from '../sets/shows-what-it-does.ts';
import { transitionsOf } from '../transitions/transitions.ts';
import { shows } from './prove-changes.ts';
import { findUndeclared } from './prove-declared.ts';
import type { PlanFile, StoredPlan } from './types.ts';

/**
 * Where a plan file does not say the same in all its parts: the tables that it goes from and to, the digests that an apply and an approval
 * hold on to, the changes that a reviewer sees, and what it declares. The texts of the tables are compared
 * with what follows from these, see `findOtherText`. A file that fw wrote says the same. Undefined where all is well.
 * docs/plans.md has, for each key of the format, whether it is proven here, proven against the kernel, shown, or made anew.
 */
export function findMismatch(file: PlanFile): string | undefined {
  const { plan, transitions, created, expires } = file;
  if (created > expires) return 'it was over before it was made';
  for (const step of tableSteps(plan)) {
    const problem = findStepMismatch(step);
    if (problem !== undefined) return `${stepLabel(step)}: ${problem}`;
  }
  const set = setSteps(plan).find((step) => !showsWhatItDoes(step));
  if (set !== undefined) return `${stepLabel(set)}: what it shows is not what it does`;
  if (JSON.stringify(transitionsOf(plan)) !== JSON.stringify(transitions))
    return 'its transitions are not those of its steps';
  return findUndeclared(file);
}

function findStepMismatch(step: TableStep): string | undefined {
  const { before, after, digests, table } = step;
  if (!isTable(before, step) || !isTable(after, step)) return 'its tables are not those of its step';
  const isDigested = digestTable(before, table) === digests.before && digestTable(after, table) === digests.after;
  if (!isDigested) return 'its tables are not those of its digests';
  return shows(step) ? undefined : 'what it shows is not what it does';
}

/** Whether it is a table of this name that has each chain once. */
function isTable(table: Table | undefined, { table: name }: TableStep): boolean {
  if (table === undefined) return true;
  return table.name === name && new Set(table.chains.map((chain) => chain.name)).size === table.chains.length;
}

/**
 * The plan with what is not believed in it made anew: what a step does, how it goes back, and the remarks on it follow from its backend and its
 * two tables. Throws where a step would touch what is not its own.
 */
export function withOwnEdits(plan: Plan): Plan {
  const changed = tableSteps(plan).map((step) => {
    const ownership = ownershipOf(step.table, step.ownership);
    return { step, live: step.before, goal: step.after, ownership };
  });
  const familyOf = ({ namespace, family }: TableStep) => `${namespaceLabel(namespace)} ${family}`;
  const names = new Map<string, HandedOver>();
  const tables = changed.map((one): TableStep => {
    const key = familyOf(one.step);
    const handed = names.get(key) ?? handedOver(changed.filter(({ step }) => familyOf(step) === key));
    names.set(key, handed);
    return { ...one.step, ...stepEdits(one, one.step.backend, handed) };
  });
  return { ...plan, steps: inOrder(tables, setSteps(plan)) };
}

/** Where a text of the stored plan is not that of the edits, which lead from table to table; undefined where all are. */
export function findOtherText(plan: Plan, stored: StoredPlan): string | undefined {
  const other = tableSteps(plan).find((step, index) => {
    const { restore, rollback } = stored.steps[index] ?? {};
    return printStepEdits(step) !== restore || printReverse(step) !== rollback;
  });
  if (other === undefined) return undefined;
  return `${stepLabel(other)}: its restore text leads elsewhere than it shows, or holds what it does not show`;
}
