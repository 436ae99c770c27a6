import { revertTable } from '../core/ownership/revert.ts';
import { ownershipOfChange, type TableChange } from '../core/ownership/table-change.ts';
import { compileHandOver, freeingText, namesToHandOver, type Passage } from '../core/plan/hand-over.ts';
import type { Step } from '../core/plan/types.ts';
import type { Table } from '../core/ruleset/types.ts';

/** A step with the whole table before and after it, both as the kernel prints them. */
export type Rehearsed = {
  readonly step: Step;
  readonly before: Table | undefined;
  readonly after: Table;
  /** The text of `after`, see `tableText`, where the rehearsal has just read it. */
  readonly afterText?: string | undefined;
};

/** Restore text from what is live now to our part of what was before; empty when it is there. */
export function wayBack(rehearsed: Rehearsed, live: Table | undefined): string {
  const { step } = rehearsed;
  const passage = passageBack(rehearsed, live);
  return compileHandOver(step.table, passage, step.backend, namesToHandOver([passage]));
}

function passageBack(rehearsed: Rehearsed, live: Table | undefined): Passage {
  const change = changeOf(rehearsed);
  return { from: live, to: revertTable(change, live), ownership: ownershipOfChange(change) };
}

/** What the step makes of its table. */
export function changeOf({ step, before, after }: Rehearsed): TableChange {
  return { table: step.table, ownership: step.ownership, before, after };
}

/**
 * Restore text for each of these tables of one family of a namespace, given as they are live: it frees the hashlimit tables that get their old
 * settings back, for which all rules of a name must let go before the first of them comes back. Empty where a table holds none.
 */
export function freeingTexts(items: readonly Rehearsed[], live: readonly (Table | undefined)[]): readonly string[] {
  const passages = items.map((item, index) => passageBack(item, live[index]));
  const names = namesToHandOver(passages);
  return items.map(({ step }, index) => freeingText(step.table, passages[index] as Passage, step.backend, names));
}
