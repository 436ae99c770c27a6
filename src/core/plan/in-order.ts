import type { SetStep } from '../sets/ipset/types.ts';
import type { Plan, StepFacts, TableStep } from './types.ts';

/**
 * All steps in the order in which they are carried out, and the only place that decides how sets stand to tables: sets come before the rules that name them and go after
 * them. Tables for themselves, and sets, stay in the order in which they are given. Going back takes the opposite order.
 */
export function inOrder<T extends StepFacts>(tables: readonly T[], sets: readonly SetStep[]): readonly (T | SetStep)[] {
  const isLast = ({ change }: SetStep) => change === 'destroy';
  return [...sets.filter((step) => !isLast(step)), ...tables, ...sets.filter(isLast)];
}

/** The steps of a plan that change tables. */
export function tableSteps({ steps }: Pick<Plan, 'steps'>): readonly TableStep[] {
  return tablesIn(steps);
}

/** The steps of a plan that change sets. */
export function setSteps({ steps }: Pick<Plan, 'steps'>): readonly SetStep[] {
  return setsIn(steps);
}

export function tablesIn<T extends StepFacts>(steps: readonly (T | SetStep)[]): readonly T[] {
  return steps.filter((step): step is T => !isSetStep(step));
}

export function setsIn(steps: readonly (StepFacts | SetStep)[]): readonly SetStep[] {
  return steps.filter(isSetStep);
}

export function isSetStep(step: StepFacts | SetStep): step is SetStep {
  return 'set' in step;
}
