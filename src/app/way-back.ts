import { chainsOf } from '../core/ownership/is-ours.ts';
import { revertTable } from '../core/ownership/revert.ts';
import { compileHandOver, freeingText, namesToHandOver, type Passage } from '../core/plan/hand-over.ts';
import type { Step } from '../core/plan/types.ts';
import { isBuiltin } from '../core/ruleset/builtin.ts';
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
export function wayBack({ step, before, after }: Rehearsed, live: Table | undefined): string {
  const passage = passageBack({ step, before, after }, live);
  return compileHandOver(step.table, passage, step.backend, namesToHandOver([passage]));
}

function passageBack({ step, before, after }: Rehearsed, live: Table | undefined): Passage {
  const isOurs = chainsOf(step.ownership, (chain) => isBuiltin(step.table, chain));
  return { from: live, to: revertTable(step.table, { before, after, live, ownership: step.ownership }), isOurs };
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
