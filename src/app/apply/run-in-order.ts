import { isSetStep, setsIn, tablesIn } from '../../core/plan/in-order.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import type { Attempt } from './attempt.ts';
import type { RehearsedTable } from './rehearse.ts';
import { setDriver } from './set-driver.ts';
import { tableDriver } from './table-driver.ts';

/** Carries the steps out in their order; those of one kind that follow each other go to their driver together. */
export async function runInOrder(
  { ports, options, begun }: Attempt,
  { steps }: { readonly steps: readonly (RehearsedTable | SetStep)[] },
): Promise<void> {
  ports.report({ kind: 'phase', phase: 'apply' });
  ports.report({ kind: 'steps', total: steps.length });
  let left = steps;
  while (left.length > 0) {
    const isOfSets = left.slice(0, 1).some(isSetStep);
    const end = left.findIndex((step) => isSetStep(step) !== isOfSets);
    const part = end < 0 ? left : left.slice(0, end);
    await tableDriver.run(ports, tablesIn(part), begun, options.stop);
    await setDriver.run(ports, setsIn(part), begun, options.stop);
    left = left.slice(part.length);
  }
}
