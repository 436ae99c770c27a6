import type { Step } from '../plan/types.ts';
import type { SetStep } from './types.ts';

/** All steps in the order in which they are carried out: sets come before the rules that name them and go after them. */
export function inOrder(steps: readonly Step[], sets: readonly SetStep[]): readonly (Step | SetStep)[] {
  const isLast = ({ change }: SetStep) => change === 'destroy';
  return [...sets.filter((step) => !isLast(step)), ...steps, ...sets.filter(isLast)];
}
