import type { GenerationClaim } from '../generation/types.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import type { Table } from '../rules/types.ts';

export type LeftoverRule = { readonly chain: string; readonly text: string };

/** Rules that a state brought while it had the table for itself, and that the table goes on to hold among those of others. */
export function leftoverRules(
  goal: Table,
  claim: GenerationClaim | undefined,
  owners: readonly string[],
): readonly LeftoverRule[] {
  const brought = new Map(claim?.chains.map(({ name, rules }) => [name, new Set(rules.map(([text]) => text))]));
  const { ownsRule } = ownershipOf(goal.name, { kind: 'shared', owners });
  const chains = new Set(goal.chains.map(({ name }) => name));
  return goal.chains.flatMap(({ name, rules }) =>
    rules.flatMap((rule) =>
      brought.get(name)?.has(rule.text) === true && !ownsRule(name, rule, chains)
        ? [{ chain: name, text: rule.text }]
        : [],
    ),
  );
}
