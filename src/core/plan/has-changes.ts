import type { Plan } from './types.ts';

/** Whether there is anything to do: the one place that decides it. */
export function hasChanges({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.length > 0;
}
