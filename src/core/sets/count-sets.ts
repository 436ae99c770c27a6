import type { SetStep } from './ipset/types.ts';

type SetCounts = {
  readonly created: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly entriesAdded: number;
  readonly entriesRemoved: number;
};

/** What steps do to sets, each family and namespace counted for itself; entries of new and removed sets are included. */
export function countSets(steps: readonly SetStep[]): SetCounts {
  const created = steps.filter(({ change }) => change === 'create').length;
  const destroyed = steps.filter(({ change }) => change === 'destroy').length;
  return {
    created,
    changed: steps.length - created - destroyed,
    destroyed,
    entriesAdded: steps.reduce((sum, { added }) => sum + added, 0),
    entriesRemoved: steps.reduce((sum, { removed }) => sum + removed, 0),
  };
}
