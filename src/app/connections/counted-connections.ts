import type { ConnectionCount } from '../../core/connections/types.ts';
import { type ConnectionWish, type CountedConnections, isToEnd } from '../../core/connections/wish.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { countRefused } from './count-refused.ts';

const known = new WeakMap<Plan, Promise<readonly ConnectionCount[]>>();

/** What was counted for a plan that was shown; nothing where it was not. */
export async function knownConnections(
  made: MadePlan,
  wish: ConnectionWish | undefined,
): Promise<readonly CountedConnections[]> {
  const counts = await (known.get(made.plan) ?? []);
  return counts.map((count) => ({ ...count, ends: isToEnd(wish, made, count.namespace) }));
}

/**
 * The connections that a plan refuses, counted once for all that show them. A plan without changes, and one about rules of another machine, asks nothing.
 */
export async function countedConnections(
  ports: Pick<Ports, 'conntrack'>,
  made: MadePlan,
  wish: ConnectionWish | undefined,
): Promise<readonly CountedConnections[]> {
  if (!hasChanges(made.plan) || made.isElsewhere === true) return [];
  const counting = known.get(made.plan) ?? countRefused(ports, made);
  known.set(made.plan, counting);
  return knownConnections(made, wish);
}
