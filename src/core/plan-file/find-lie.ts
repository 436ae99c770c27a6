import { namespaceLabel } from '../namespace-label.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import { type HandedOver, handedOver, stepEdits } from '../plan/step-edits.ts';
import { stepLabel } from '../plan/step-label.ts';
import type { Step } from '../plan/types.ts';
import { printReverse, printStepEdits } from '../restore/print-step.ts';
import { digestTable } from '../ruleset/digest.ts';
import type { Table } from '../ruleset/types.ts';
import { isHonest } from '../sets/is-honest.ts';
import { findUndeclared } from './declares.ts';
import { shows } from './shows.ts';
import { transitionsOf } from './transitions.ts';
import type { PlanFile, StoredPlan } from './types.ts';

/**
 * Where a plan file does not say the same in all its parts: the tables that it goes from and to, the digests that an apply and an approval
 * hold on to, the changes that a reviewer sees, and what it declares. The texts of the tables are compared
 * with what follows from these, see `findOtherText`. A file that fw wrote says the same. Undefined where all is well.
 * docs/plans.md has, for each key of the format, whether it is proven here, proven against the kernel, shown, or made anew.
 */
export function findLie(file: PlanFile): string | undefined {
  const { plan, tables, transitions, created, expires } = file;
  if (created > expires) return 'it was over before it was made';
  if (plan.steps.length !== tables.length) return 'it has not the tables of every step';
  for (const [index, step] of plan.steps.entries()) {
    const { before = null, after } = tables[index] ?? {};
    if (after === undefined) return 'it has not the tables of every step';
    const problem = findStepLie(step, before, after);
    if (problem !== undefined) return `${stepLabel(step)}: ${problem}`;
  }
  const set = plan.sets?.find((step) => !isHonest(step));
  if (set !== undefined) return `${stepLabel(set)}: what it shows is not what it does`;
  if (plan.sets?.length === 0) return 'it has an empty list of sets';
  if (JSON.stringify(transitionsOf(plan)) !== JSON.stringify(transitions))
    return 'its transitions are not those of its steps';
  return findUndeclared(file);
}

function findStepLie(step: Step, before: Table | null, after: Table): string | undefined {
  const from = digestTable(before ?? undefined, step.table);
  const to = digestTable(after, step.table);
  if (!isTable(before, step) || !isTable(after, step)) return 'its tables are not those of its step';
  if (from !== step.before || to !== step.after) return 'its tables are not those of its digests';
  return shows(step, before, after) ? undefined : 'what it shows is not what it does';
}

/** Whether it is a table of this name that has each chain once. */
function isTable(table: Table | null, { table: name }: Step): boolean {
  if (table === null) return true;
  return table.name === name && new Set(table.chains.map((chain) => chain.name)).size === table.chains.length;
}

/**
 * The file with what is not believed in it made anew: what a step does, how it goes back, and the remarks on it follow from its backend and its
 * two tables. Throws where a step would touch what is not its own.
 */
export function withOwnEdits(file: PlanFile): PlanFile {
  const { plan, tables } = file;
  const changed = plan.steps.flatMap((step, index) => {
    const { before = null, after } = tables[index] ?? {};
    if (after === undefined) return [];
    const ownership = ownershipOf(step.table, step.ownership);
    return [{ step, live: before ?? undefined, goal: after, ownership }];
  });
  const familyOf = ({ namespace, family }: Step) => `${namespaceLabel(namespace)} ${family}`;
  const names = new Map<string, HandedOver>();
  const steps = changed.map((one) => {
    const key = familyOf(one.step);
    const handed = names.get(key) ?? handedOver(changed.filter(({ step }) => familyOf(step) === key));
    names.set(key, handed);
    return { ...one.step, ...stepEdits(one, one.step.backend, handed) };
  });
  return { ...file, plan: { ...plan, steps } };
}

/** Where a text of the stored file is not that of the edits, which lead from table to table; undefined where all are. */
export function findOtherText(file: PlanFile, stored: StoredPlan): string | undefined {
  const other = file.plan.steps.find((step, index) => {
    const { restore, rollback } = stored.steps[index] ?? {};
    return printStepEdits(step) !== restore || printReverse(step) !== rollback;
  });
  if (other === undefined) return undefined;
  return `${stepLabel(other)}: its restore text leads elsewhere than it shows, or holds what it does not show`;
}
