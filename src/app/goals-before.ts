import { tableKey } from '../core/before-fw/extend-before.ts';
import { goalBefore } from '../core/before-fw/goal-before.ts';
import type { TableBefore } from '../core/before-fw/types.ts';
import { writtenBy } from '../core/before-fw/written.ts';
import type { WantedNamespace } from '../core/generation/wanted-namespaces.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { NamespaceInput } from '../core/plan/assemble.ts';
import type { Backend, Family, Namespace, TableName } from '../core/ruleset/types.ts';
import type { Ports } from '../ports.ts';
import { sinceBefore } from './since-before.ts';

type GivenUp = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
};

/** What becomes of tables that a state had for itself and gives up. */
export type GoalsBefore = {
  /** Those that become what they were before fw, by generation 0; all others become empty. */
  readonly known: readonly (GivenUp & { readonly isNew: boolean })[];
  readonly unknown: readonly GivenUp[];
  /** The whole tables that are wanted in a namespace, beside what is live in it. */
  readonly goalsOf: (input: NamespaceInput) => NonNullable<NamespaceInput['goals']>;
};

/** Looks up in generation 0 what stood in the tables that are given up. A state may keep less of a table than fw ever had: what it left to others stays. */
export async function goalsBefore(ports: Ports, wanted: readonly WantedNamespace[]): Promise<GoalsBefore> {
  const all = wanted.flatMap(({ namespace, backend, emptied = [] }) =>
    emptied.map(({ family, table, ownership }) => ({ namespace, backend, family, table, ownership })),
  );
  if (all.length === 0) return { known: [], unknown: [], goalsOf: () => new Map() };
  const record = await ports.before.read();
  const before = new Map(
    (record?.namespaces ?? []).flatMap(({ namespace, tables }) =>
      tables.flatMap((one): (readonly [string, TableBefore])[] =>
        one.isUnknown || one.isLeft ? [] : [[tableKey({ namespace, ...one }), one]],
      ),
    ),
  );
  const written = writtenBy(await sinceBefore(ports));
  return {
    known: all.flatMap(({ ownership, ...one }) => {
      const kept = before.get(tableKey(one));
      return kept === undefined ? [] : [{ ...one, isNew: kept.before === null }];
    }),
    unknown: all.filter((one) => !before.has(tableKey(one))),
    goalsOf: ({ namespace, backend, live }) =>
      new Map(
        all.flatMap((one) => {
          const key = tableKey(one);
          const kept = before.get(key);
          const isHere = namespaceLabel(one.namespace) === namespaceLabel(namespace) && one.backend === backend;
          if (kept === undefined || !isHere) return [];
          const { family, table, ownership } = one;
          const now = live[family].tables.find(({ name }) => name === table);
          const goal = goalBefore({ ...kept, ownership }, now, written.get(key) ?? new Map());
          return [[`${family} ${table}`, { table: goal, ownership }] as const];
        }),
      ),
  };
}
