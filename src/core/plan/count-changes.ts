import { ownershipOf } from '../ownership/ownership.ts';
import type { StepOwnership } from '../ownership/types.ts';
import type { Family, Namespace, Table } from '../rules/types.ts';
import type { Foreign, Plan, TableStep } from './types.ts';

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

/** Chains of others that hold rules of theirs, and how many. */
export function countForeign(
  namespace: Namespace,
  family: Family,
  live: Table | undefined,
  how: StepOwnership,
): readonly Foreign[] {
  if (live === undefined) return [];
  const { ownsChain, ownsJump } = ownershipOf(live.name, how);
  return live.chains.flatMap((chain): Foreign[] => {
    if (ownsChain(chain.name)) return [];
    const rules = chain.rules.filter((rule) => !ownsJump(rule)).length;
    return rules === 0 ? [] : [{ namespace, family, table: live.name, chain: chain.name, rules }];
  });
}

/** Whether there is anything to do: the one place that decides it. */
export function hasChanges({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.length > 0;
}
