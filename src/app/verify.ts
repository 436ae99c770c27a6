import { FwError } from '../core/errors.ts';
import { chainsOf } from '../core/ownership/is-ours.ts';
import { ownedPart } from '../core/ownership/owned-part.ts';
import { diffTable } from '../core/plan/diff-table.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { isBuiltin, pristineTable } from '../core/ruleset/builtin.ts';
import type { Kernel } from '../ports.ts';
import { readTables } from './read-tables.ts';
import type { Rehearsed } from './way-back.ts';

/** Reads every changed table back: fw's part of it must be exactly as planned. Rules that others wrote meanwhile are theirs. */
export async function verify(kernel: Kernel, rehearsed: readonly Rehearsed[]): Promise<void> {
  const live = await readTables(
    kernel,
    rehearsed.map(({ step }) => step),
  );
  for (const [index, { step, after }] of rehearsed.entries()) {
    const isOurs = chainsOf(step.ownership, (chain) => isBuiltin(step.table, chain));
    const found = ownedPart(live[index] ?? pristineTable(step.table), isOurs);
    const diff = diffTable(step.table, ownedPart(after, isOurs), found);
    const [chain] = diff.chains;
    if (chain === undefined) continue;
    throw new FwError(
      'apply.moved',
      `${stepLabel(step)}: live rules differ from the plan after the apply, in chain ${chain.name}`,
    );
  }
}
