import { FwError } from '../core/errors.ts';
import { ownedPart } from '../core/ownership/owned-part.ts';
import { diffTable } from '../core/plan/diff-table.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { pristineTable } from '../core/ruleset/builtin.ts';
import { digestTable } from '../core/ruleset/digest.ts';
import type { Kernel } from '../ports.ts';
import { readTables } from './read-tables.ts';
import type { Rehearsed } from './way-back.ts';

/**
 * Reads every changed table back: fw's part of it must be exactly as planned. Rules that others wrote meanwhile are theirs. Resolves to the
 * digests of the tables as they are live.
 */
export async function verify(kernel: Kernel, rehearsed: readonly Rehearsed[]): Promise<readonly string[]> {
  const live = await readTables(
    kernel,
    rehearsed.map(({ step }) => step),
  );
  for (const [index, { step, after }] of rehearsed.entries()) {
    const found = ownedPart(live[index] ?? pristineTable(step.table), step.ownership);
    const diff = diffTable(step.table, ownedPart(after, step.ownership), found);
    const [chain] = diff.chains;
    if (chain === undefined) continue;
    throw new FwError(
      'apply.moved',
      `${stepLabel(step)}: live rules differ from the plan after the apply, in chain ${chain.name}`,
    );
  }
  return rehearsed.map(({ step }, index) => digestTable(live[index], step.table));
}
