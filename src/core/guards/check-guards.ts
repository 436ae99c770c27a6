import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import type { Finding } from './finding.ts';
import { mergeFamilies } from './merge-families.ts';
import { GUARDS } from './registry.ts';
import type { Evidence, GuardFacts, PlanFacts } from './types.ts';

/**
 * What in a plan needs more than an ordinary yes, by guard, then in the order of the plan. Findings that differ only in their family
 * are one.
 */
export function checkGuards(plan: Plan, facts: GuardFacts): readonly Finding[] {
  const { standing = [] } = facts;
  return mergeFamilies(findAll({ ...facts, steps: tableSteps(plan), sets: setSteps(plan), standing }));
}

function findAll(facts: PlanFacts): readonly Finding[] {
  const found: Finding[] = [];
  for (const { check, id, flag, unless } of GUARDS) {
    const asked = new Set(found.filter((finding) => finding.id === unless).map(labelOf));
    const evidence = check(facts).filter((one) => !asked.has(labelOf(one)));
    found.push(...evidence.map((one) => ({ id, ...one, flag })));
  }
  return found;
}

function labelOf({ namespace, families, table }: Evidence): string {
  return JSON.stringify([namespace, families, table]);
}
