import { printEdits } from '../restore/print-edits.ts';
import { printSetEdits } from '../sets/ipset/print-set-edits.ts';
import type { Step } from './types.ts';

/** The text that a step gives to iptables-restore or to ipset. */
export function printStepEdits(step: Step): string {
  return 'set' in step ? printSetEdits(step.edits) : printEdits(step.table, step.edits);
}

/** The same for its way back. */
export function printReverse(step: Step): string {
  return 'set' in step ? printSetEdits(step.reverse) : printEdits(step.table, step.reverse);
}
