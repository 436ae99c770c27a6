import { FwError } from '../core/errors.ts';
import { parsePlanFile } from '../core/plan-file/parse-plan-file.ts';
import type { PlanFile } from '../core/plan-file/types.ts';
import type { Ports } from '../ports.ts';

/** Reads a saved plan. Needs no root and no live rules. */
export async function loadPlanFile(ports: Pick<Ports, 'planFiles'>, path: string): Promise<PlanFile> {
  return parsePlanFile(path, await ports.planFiles.read(path));
}

/** Throws `plan.stale` for a plan whose time is over. */
export function checkNotExpired(ports: Pick<Ports, 'clock'>, path: string, file: PlanFile): void {
  if (ports.clock.now().toISOString() < file.expires) return;
  throw new FwError('plan.stale', `${path} expired at ${file.expires}`);
}
