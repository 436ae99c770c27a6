import { LIMITS } from '../limits.ts';
import { opensOnlyInside } from '../packets/traffic/opens-only-inside.ts';
import type { FlowPattern } from '../packets/types/flow-pattern.ts';
import type { Plan } from '../plan/types.ts';
import { firewallsOfPlan } from './firewalls-of-plan.ts';
import type { LiveNamespace } from './live-namespace.ts';

/** Whether all that a plan opens is proved to be inside some flows. */
export function areOpeningsInside(
  plan: Plan,
  live: readonly LiveNamespace[],
  flows: readonly FlowPattern[],
  nodes = LIMITS.trafficNodes.most,
): boolean {
  if (flows.length === 0) return false;
  return firewallsOfPlan(plan, live).every(
    ({ sides }) => 'before' in sides && opensOnlyInside(sides.before, sides.after, flows, { nodes }),
  );
}
