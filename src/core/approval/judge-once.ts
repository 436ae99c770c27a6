import type { PlannedCheck } from '../desired/types.ts';
import type { Traffic } from '../packets/types/traffic.ts';
import type { Plan } from '../plan/types.ts';
import { classOfPlan } from './class-of-plan.ts';
import type { PlanClass } from './types.ts';

/** The class of a plan, found out when it is first asked for; null for a plan without changes. */
export function judgeOnce(
  plan: Plan,
  checks: readonly Pick<PlannedCheck, 'probe'>[],
  traffic: () => readonly Traffic[],
): () => PlanClass | null {
  let found: PlanClass | null | undefined;
  return () => {
    if (found === undefined) found = classOfPlan(plan, checks, traffic()) ?? null;
    return found;
  };
}
