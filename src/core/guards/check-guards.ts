import type { StandingTable } from '../plan/standing-tables.ts';
import type { Plan } from '../plan/types.ts';
import { checkEmpty } from './check-empty.ts';
import { checkForeignRemoval } from './check-foreign-removal.ts';
import { checkForeignSets } from './check-foreign-sets.ts';
import { checkLockout } from './check-lockout.ts';
import { checkMassRemoval } from './check-mass-removal.ts';
import { checkRemovalInUse } from './check-removal-in-use.ts';
import { checkSetRemoval } from './check-set-removal.ts';
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
  const { sets = [] } = plan;
  const { standing = [] } = facts;
  const labels = new Set(emptied.map(labelOf));
  return mergeFamilies([
    ...emptied,
    ...checkLockout(steps, facts.ssh, { sets, standing }),
    // An emptied table loses more than half of each chain; one question about it is enough.
    ...checkMassRemoval(steps).filter((finding) => !labels.has(labelOf(finding))),
    ...checkSetRemoval(sets, [...steps.map(tableAfter), ...standing]),
    ...checkRemovalInUse(steps, facts.earlier),
    ...checkForeignRemoval(steps, facts.known),
    ...checkForeignSets(sets, facts.knownSets),
    ...checkUnrehearsed(steps),
  ]);
}

function tableAfter({ step: { namespace, family }, tables: { after } }: GuardedStep): StandingTable {
  return { namespace, family, table: after };
}

function labelOf({ namespace, families, table }: Finding): string {
  return JSON.stringify([namespace, families, table]);
}
