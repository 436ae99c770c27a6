import type { StepOwnership } from '../plan/types.ts';
import { isBuiltin } from '../ruleset/builtin.ts';
import type { Chain, Table } from '../ruleset/types.ts';
import { chainsOf, jumpsOf } from './is-ours.ts';

/**
 * What of a table is fw's business: its own chains whole, of foreign chains the policy and the jumps into its own.
 * Two tables with the same owned part differ only in what belongs to others.
 */
export function ownedPart(table: Table, ownership: StepOwnership): Table {
  const isOurs = chainsOf(ownership, (chain) => isBuiltin(table.name, chain));
  const isOurJump = jumpsOf(ownership);
  const chains = table.chains.flatMap((chain): Chain[] => {
    if (isOurs(chain.name)) return [chain];
    const rules = chain.rules.filter(isOurJump);
    return rules.length === 0 && chain.policy === undefined ? [] : [{ ...chain, rules }];
  });
  return { name: table.name, chains };
}
