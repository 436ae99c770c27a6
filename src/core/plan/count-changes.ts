import type { TableStep } from './types.ts';

export type ChangeCounts = {
  readonly add: number;
  readonly change: number;
  readonly move: number;
  readonly remove: number;
  readonly policies: number;
  readonly chainsAdded: number;
  readonly chainsRemoved: number;
};

/** What the steps do to the kernel, each family and namespace counted for itself; rules of new and removed chains are included. */
export function countChanges(steps: readonly TableStep[]): ChangeCounts {
  const chains = steps.flatMap((step) => step.chains);
  const counts = { add: 0, change: 0, move: 0, remove: 0 };
  for (const { lines } of chains) {
    for (const { kind } of lines) {
      if (kind !== 'keep' && kind !== 'skip') counts[kind] += 1;
    }
  }
  return {
    ...counts,
    policies: chains.filter((chain) => chain.policy !== undefined).length,
    chainsAdded: chains.filter((chain) => chain.status === 'new').length,
    chainsRemoved: chains.filter((chain) => chain.status === 'removed').length,
  };
}
