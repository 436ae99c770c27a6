import { ruleTexts } from '../rule-text/rule-texts.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import {
  type Backend,
  FAMILIES,
  type Family,
  type LiveRules,
  type Namespace,
  type Table,
  type TableName,
} from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { tableSteps } from './in-order.ts';
import type { Plan } from './types.ts';

/** A table that stays as it is. */
export type StandingTable = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly table: Table;
  /** Absent in a saved plan. */
  readonly backend?: Backend;
};

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

/** Live tables of the namespaces that a plan is about, without those that it changes: packets meet them before and after. */
export function untouchedTables(live: readonly LiveRules[], plan: Pick<Plan, 'steps'>): readonly StandingTable[] {
  const keyOf = (namespace: Namespace, backend: Backend, family: Family, table: TableName) =>
    `${namespaceLabel(namespace)} ${namespace.kind} ${backend} ${family} ${table}`;
  const changed = new Set(
    tableSteps(plan).map(({ namespace, backend, family, table }) => keyOf(namespace, backend, family, table)),
  );
  return live.flatMap(({ namespace, backend, rulesets }) =>
    FAMILIES.flatMap((family) =>
      rulesets[family].tables
        .filter(({ name }) => !changed.has(keyOf(namespace, backend, family, name)))
        .map((table) => ({ namespace, family, table, backend })),
    ),
  );
}
