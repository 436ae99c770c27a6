import { jumpTarget } from '../ruleset/jumps.ts';
import type { Chain, Table } from '../ruleset/types.ts';

/**
 * What of a table is fw's business: its own chains whole, of foreign chains the policy and the jumps into its own.
 * Two tables with the same owned part differ only in what belongs to others.
 */
export function ownedPart(table: Table, isOurs: (chain: string) => boolean): Table {
  const chains = table.chains.flatMap((chain): Chain[] => {
    if (isOurs(chain.name)) return [chain];
    const rules = chain.rules.filter((rule) => isOurs(jumpTarget(rule.text)?.chain ?? ''));
    return rules.length === 0 && chain.policy === undefined ? [] : [{ ...chain, rules }];
  });
  return { name: table.name, chains };
}
