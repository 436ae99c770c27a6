import { loadPlanFile } from '../app/load-plan-file.ts';
import { type MadePlan, makePlan } from '../app/make-plan.ts';
import { makeRollbackPlan } from '../app/make-rollback-plan.ts';
import { planOfFile } from '../app/plan-of-file.ts';
import type { Ports } from '../ports.ts';
import { planOptions } from './plan-flags.ts';

type PlanFlags = Parameters<typeof planOptions>[0];

export type ChosenPlan = {
  /** What the plan is made from, in words. */
  readonly state: string;
  /** A saved plan is approved already: whoever saved and reviewed it did that. */
  readonly isSaved: boolean;
  readonly make: () => Promise<MadePlan>;
};

/** The plan of an apply: of the state files, or exactly the saved one. */
export async function planToApply(ports: Ports, path: string | undefined, flags: PlanFlags): Promise<ChosenPlan> {
  if (path === undefined) {
    return { state: flags.state, isSaved: false, make: () => makePlan(ports, planOptions(flags)) };
  }
  const file = await loadPlanFile(ports, path);
  return { state: file.state, isSaved: true, make: () => planOfFile(ports, path, file) };
}

/** The plan to show: of the state files, or what a saved plan wanted, from what is live now. */
export async function planToShow(
  ports: Ports,
  rebase: string | undefined,
  flags: PlanFlags & { readonly context: number },
): Promise<MadePlan> {
  if (rebase === undefined) return makePlan(ports, planOptions(flags));
  return makeRollbackPlan(ports, await loadPlanFile(ports, rebase), { context: flags.context, label: rebase });
}
