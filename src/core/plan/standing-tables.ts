import { ruleTexts } from '../rule-text/rule-texts.ts';
import type { Family, Namespace, Table } from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** A table that stays as it is, while a set changes that its rules name. */
export type StandingTable = { readonly namespace: Namespace; readonly family: Family; readonly table: Table };

/** Those of some tables of one namespace whose rules name a set that changes, or a list that holds one. */
export function standingTables(
  namespace: Namespace,
  tables: readonly { readonly family: Family; readonly table: Table }[],
  sets: readonly SetStep[],
): readonly StandingTable[] {
  if (sets.length === 0) return [];
  const changed = new Set(sets.flatMap(({ set, lists = [] }) => [set, ...lists]));
  return tables.flatMap(({ family, table }): StandingTable[] => {
    return [...namedSets(ruleTexts([table]))].some((name) => changed.has(name)) ? [{ namespace, family, table }] : [];
  });
}
