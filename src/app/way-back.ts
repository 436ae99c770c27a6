import { revertTable } from '../core/ownership/revert.ts';
import { ownershipOfChange, type TableChange } from '../core/ownership/table-change.ts';
import { compileHandOver, freeingEdits, namesToHandOver, type Passage } from '../core/plan/hand-over.ts';
import type { Step, StepFacts } from '../core/plan/types.ts';
import type { Transaction } from '../core/restore/edit.ts';
import type { Table } from '../core/ruleset/types.ts';

/** A table that was changed, with all that going back needs; both tables as the kernel prints them. */
export type Undoable = {
  readonly step: StepFacts;
  readonly before: Table | undefined;
  readonly after: Table;
};

/** A step with the whole table before and after it. */
export type Rehearsed = Undoable & {
  readonly step: Step;
  /** The text of `after`, see `tableText`, where the rehearsal has just read it. */
  readonly afterText?: string | undefined;
};

/** The way from what is live now to our part of what was before; empty when it is there. */
export function wayBack(rehearsed: Undoable, live: Table | undefined): readonly Transaction[] {
  const { step } = rehearsed;
  const passage = passageBack(rehearsed, live);
  return compileHandOver(step.table, passage, step.backend, namesToHandOver([passage]));
}

function passageBack(rehearsed: Undoable, live: Table | undefined): Passage {
  const change = changeOf(rehearsed);
  return { from: live, to: revertTable(change, live), ownership: ownershipOfChange(change) };
}

/** What the step makes of its table. */
export function changeOf({ step, before, after }: Undoable): TableChange {
  return { table: step.table, ownership: step.ownership, before, after };
}

/**
 * Edits for each of these tables of one family of a namespace, given as they are live: they free the hashlimit tables that get their old
 * settings back, for which all rules of a name must let go before the first of them comes back. Undefined where a table holds none.
 */
export function freeingEditsOf(
  items: readonly Undoable[],
  live: readonly (Table | undefined)[],
): readonly (Transaction | undefined)[] {
  const passages = items.map((item, index) => passageBack(item, live[index]));
  const names = namesToHandOver(passages);
  return items.map(({ step }, index) => freeingEdits(step.table, passages[index] as Passage, step.backend, names));
}
