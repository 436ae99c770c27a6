import type { Plan } from '../plan/types.ts';
import { checkEmpty } from './check-empty.ts';
import { checkForeignRemoval } from './check-foreign-removal.ts';
import { checkLockout } from './check-lockout.ts';
import { checkMassRemoval } from './check-mass-removal.ts';
import { checkRemovalInUse } from './check-removal-in-use.ts';
import { checkUnrehearsed } from './check-unrehearsed.ts';
import { mergeFamilies } from './merge-families.ts';
import type { Finding, GuardedStep, GuardFacts } from './types.ts';

/**
 * What in a plan needs more than an ordinary yes, by guard, then in the order of the plan. Findings that differ only in their family
 * are one.
 */
export function checkGuards(plan: Plan, facts: GuardFacts): readonly Finding[] {
  if (plan.steps.length !== facts.tables.length) {
    throw new Error(`Bug: ${plan.steps.length} steps and the tables of ${facts.tables.length}`);
  }
  const steps = plan.steps.flatMap((step, index): GuardedStep[] => {
    const tables = facts.tables[index];
    return tables === undefined ? [] : [{ step, tables }];
  });
  const emptied = checkEmpty(steps, facts.emptyDesired);
  const labels = new Set(emptied.map(labelOf));
  return mergeFamilies([
    ...emptied,
    ...checkLockout(steps, facts.ssh),
    // An emptied table loses more than half of each chain; one question about it is enough.
    ...checkMassRemoval(steps).filter((finding) => !labels.has(labelOf(finding))),
    ...checkRemovalInUse(steps, facts.earlier),
    ...checkForeignRemoval(steps, facts.known),
    ...checkUnrehearsed(steps),
  ]);
}

function labelOf({ namespace, families, table }: Finding): string {
  return JSON.stringify([namespace, families, table]);
}
