import { chainsOf } from '../core/ownership/is-ours.ts';
import { revertTable } from '../core/ownership/revert.ts';
import { compile } from '../core/plan/compile.ts';
import { diffTable } from '../core/plan/diff-table.ts';
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
  const isOurs = chainsOf(step.ownership, (chain) => isBuiltin(step.table, chain));
  const goal = revertTable(step.table, { before, after, live, ownership: step.ownership });
  return compile(diffTable(step.table, live, goal), { backend: step.backend, isOurs, before: live });
}
