import type { Transaction } from '../restore/edit.ts';
import { FAMILIES } from '../rules/types.ts';
import type { TableStep } from './types.ts';

/** One run of iptables-restore. Of a step it is the first, the last, or both. */
export type Commit = {
  readonly step: TableStep;
  readonly transactions: readonly Transaction[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
};

/**
 * The steps of one namespace as runs of iptables-restore, in order. A step that hands hashlimit tables over has two transactions. Where other
 * tables of the family change as well, the first transactions of all come before everything else: a name is free when no table holds it.
 */
export function commitsOfSteps(steps: readonly TableStep[]): readonly Commit[] {
  const groups = FAMILIES.map((family) => steps.filter((step) => step.family === family));
  return groups.flatMap((group): readonly Commit[] => {
    if (group.length === 1) return group.map(whole);
    const early = group.flatMap((step): readonly Commit[] =>
      isHandOver(step) ? [{ step, transactions: step.edits.slice(0, 1), isFirst: true, isLast: false }] : [],
    );
    const late = group.map((step) =>
      isHandOver(step) ? { step, transactions: step.edits.slice(1), isFirst: false, isLast: true } : whole(step),
    );
    return [...early, ...late];
  });
}

function isHandOver({ edits }: TableStep): boolean {
  return edits.length > 1;
}

function whole(step: TableStep): Commit {
  return { step, transactions: step.edits, isFirst: true, isLast: true };
}
