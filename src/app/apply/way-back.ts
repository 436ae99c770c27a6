import { revertTable } from '../../core/ownership/revert.ts';
import { ownershipOfChange } from '../../core/ownership/table-change.ts';
import { compileHandOver, freeingEdits, namesToHandOver, type Passage } from '../../core/plan/hand-over.ts';
import type { StepFacts } from '../../core/plan/types.ts';
import type { Transaction } from '../../core/restore/edit.ts';
import type { Table } from '../../core/rules/types.ts';

/** The way from what is live now to our part of what was before; empty when it is there. */
export function wayBack(step: StepFacts, live: Table | undefined): readonly Transaction[] {
  const passage = passageBack(step, live);
  return compileHandOver(step.table, passage, step.backend, namesToHandOver([passage]));
}

function passageBack(step: StepFacts, live: Table | undefined): Passage {
  return { from: live, to: revertTable(step, live), ownership: ownershipOfChange(step) };
}

/** A table of which the rules let go of a hashlimit table. */
type Freeing = { readonly step: StepFacts; readonly edits: Transaction };

/**
 * Edits for those of some tables of one family of a namespace, given as they are live, that hold a hashlimit table which gets its old settings back: all
 * rules of a name must let go before the first of them comes back.
 */
export function freeingsOf(steps: readonly StepFacts[], live: readonly (Table | undefined)[]): readonly Freeing[] {
  const ways = steps.map((step, index) => ({ step, passage: passageBack(step, live[index]) }));
  const names = namesToHandOver(ways.map(({ passage }) => passage));
  return ways.flatMap(({ step, passage }): readonly Freeing[] => {
    const edits = freeingEdits(step.table, passage, step.backend, names);
    return edits === undefined ? [] : [{ step, edits }];
  });
}
