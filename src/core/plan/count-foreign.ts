import { ownershipOf } from '../ownership/ownership.ts';
import type { StepOwnership } from '../ownership/types.ts';
import type { Family, Namespace, Table } from '../rules/types.ts';
import type { Foreign } from './types.ts';

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
