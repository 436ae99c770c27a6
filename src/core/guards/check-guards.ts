import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import type { Finding } from './finding.ts';
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

/** Findings of the same guard at the same place become one that names the families; evidence that both have is shown once. */
function mergeFamilies(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const { id, title, namespace, table, chain, set } = finding;
    const key = JSON.stringify([id, title, namespace, table, chain, set]);
    const other = merged.get(key);
    merged.set(key, other === undefined ? finding : merge(other, finding));
  }
  return [...merged.values()];
}

function merge(one: Finding, other: Finding): Finding {
  return {
    ...one,
    families: [...new Set([...one.families, ...other.families])],
    evidence: [...new Set([...one.evidence, ...other.evidence])],
  };
}
