import { namespaceLabel } from '../namespace-label.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import { handOverNotes, namesToHandOver, type Passage } from '../plan/hand-over.ts';
import { sideEffects } from '../plan/side-effects.ts';
import { stepLabel } from '../plan/step-label.ts';
import type { Step } from '../plan/types.ts';
import { digestTable } from '../ruleset/digest.ts';
import type { Table } from '../ruleset/types.ts';
import { isHonest } from '../sets/is-honest.ts';
import { findUndeclared } from './declares.ts';
import { knownIn, runRestore } from './run-restore.ts';
import { shows } from './shows.ts';
import { transitionsOf } from './transitions.ts';
import type { PlanFile } from './types.ts';

/**
 * Where a plan file does not say the same in all its parts: the tables that it goes from and to, the digests that an apply and an approval
 * hold on to, the changes that a reviewer sees, the texts, and what it declares. A file that fw wrote says the same. Undefined where all is well.
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
  if (!shows(step, before, after)) return 'what it shows is not what it does';
  const known = knownIn([before, after]);
  const made = runRestore(step.table, before, step.restore, known);
  const back = runRestore(step.table, after, step.rollback, known);
  if (made === undefined || back === undefined) return 'its restore text holds what it does not show';
  const leads = digestTable(made, step.table) === to && digestTable(back, step.table) === from;
  return leads ? undefined : 'its restore text leads elsewhere than it shows';
}

/** Whether it is a table of this name that has each chain once. */
function isTable(table: Table | null, { table: name }: Step): boolean {
  if (table === null) return true;
  return table.name === name && new Set(table.chains.map((chain) => chain.name)).size === table.chains.length;
}

/** The file with what is not believed in it made anew: the remarks on a step follow from its backend and its tables. */
export function withOwnNotes(file: PlanFile): PlanFile {
  const { plan, tables } = file;
  const passages = plan.steps.map((step, index): Passage & { readonly key: string } => ({
    key: `${namespaceLabel(step.namespace)} ${step.family}`,
    from: tables[index]?.before ?? undefined,
    to: tables[index]?.after,
    ownership: ownershipOf(step.table, step.ownership),
  }));
  const names = new Map<string, ReadonlySet<string>>();
  const steps = plan.steps.map((step, index) => {
    const key = passages[index]?.key ?? '';
    const handed = names.get(key) ?? namesToHandOver(passages.filter((passage) => passage.key === key));
    names.set(key, handed);
    const after = tables[index]?.after;
    const more = after === undefined ? [] : handOverNotes(after, handed);
    return { ...step, notes: [...sideEffects(step.backend, tables[index]?.before ?? undefined), ...more] };
  });
  return { ...file, plan: { ...plan, steps } };
}
