import { FwError } from '../../core/diagnostics/errors.ts';
import { holds } from '../../core/generation/holds-declared.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { digestOwned } from '../../core/plan/precondition.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import { isAfter } from '../../core/sets/check-step.ts';
import type { Ports } from '../../ports/ports.ts';
import { readStepSets } from '../live/read-step-sets.ts';
import { readTables } from '../live/read-tables.ts';

/** Throws `plan.stale`, naming the generation, for a plan that is stale because everything it would do is done. */
export async function checkNotApplied(ports: Ports, path: string, file: PlanFile): Promise<void> {
  if (!(await isDone(ports, file))) return;
  const number = await generationOf(ports, file);
  const how = number === undefined ? 'all that it changes is live already' : `already applied as generation ${number}`;
  throw new FwError('plan.stale', `${path} has nothing left to do: ${how}`, {
    next: 'Nothing is left to do. fw history tells who applied what.',
  });
}

async function isDone({ kernel }: Ports, { plan }: PlanFile): Promise<boolean> {
  const [tables, sets] = [tableSteps(plan), setSteps(plan)];
  const live = await readTables(kernel, tables);
  const found = await readStepSets(kernel, sets);
  const isLive = tables.every((step, index) => digestOwned(step, live[index]) === digestOwned(step, step.after));
  return isLive && sets.every((step, index) => isAfter(step, found[index]?.live));
}

/** The first of the generations since the plan was made, up to the newest, that hold what it declares: the apply that brought it. */
async function generationOf({ generations }: Ports, file: PlanFile): Promise<number | undefined> {
  let first: number | undefined;
  for (const number of [...(await generations.numbers())].reverse()) {
    const { generation } = await generations.read(number);
    if (generation.at < file.created || !holds(generation.namespaces, file.namespaces, file.selection)) break;
    first = number;
  }
  return first;
}
