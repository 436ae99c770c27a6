import { isSetStep, setsIn, tablesIn } from '../../core/plan/in-order.ts';
import type { Step } from '../../core/plan/types.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RehearsedTable } from './rehearse.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';

/** Carries the steps out in their order; those of one kind that follow each other go to their driver together. */
export async function runInOrder(
  ports: Ports,
  steps: readonly (RehearsedTable | SetStep)[],
  begun: Step[],
  stop: AbortSignal,
): Promise<void> {
  let left = steps;
  while (left.length > 0) {
    const isOfSets = left.slice(0, 1).some(isSetStep);
    const end = left.findIndex((step) => isSetStep(step) !== isOfSets);
    const part = end < 0 ? left : left.slice(0, end);
    await tableDriver.run(ports, tablesIn(part), begun, stop);
    await setDriver.run(ports, setsIn(part), begun, stop);
    left = left.slice(part.length);
  }
}
