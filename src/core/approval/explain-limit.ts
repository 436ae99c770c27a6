import { FwError } from '../diagnostics/errors.ts';
import { type ChangeClass, CLASSES, type PlanClass } from './types.ts';

/** Whether a plan is within a class. */
export function isWithin(found: PlanClass, limit: ChangeClass): boolean {
  return CLASSES.indexOf(found.class) <= CLASSES.indexOf(limit);
}

/** The error of a plan that is over the limit of `--approve-up-to`, with the changes that are. */
export function overLimit(found: PlanClass, limit: ChangeClass): FwError {
  const isOver = (one: ChangeClass) => CLASSES.indexOf(one) > CLASSES.indexOf(limit);
  const over = found.over.filter((change) => isOver(change.class));
  const count = CLASSES.filter(isOver).reduce((sum, one) => sum + found.counts[one], 0);
  const left = count - over.length;
  const lines = over.map(({ address, class: name, why = '' }) => `${address} (${name}): ${why}`);
  return new FwError('apply.over-limit', `the plan is of class ${found.class}; up to ${limit} is approved`, {
    output: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'),
  });
}
