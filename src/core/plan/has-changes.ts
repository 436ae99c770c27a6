import type { Plan } from './types.ts';

/** Whether there is anything to do: the one place that decides it. */
export function hasChanges({ steps, sets = [] }: Pick<Plan, 'steps' | 'sets'>): boolean {
  return steps.length > 0 || sets.length > 0;
}
