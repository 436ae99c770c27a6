import { claimsOn } from '../../desired/claim.ts';
import { diffTable } from '../../diff/diff-table.ts';
import { viewTable } from '../../diff/view.ts';
import { claimsOf } from '../../generation/generation-of.ts';
import type { Generation } from '../../generation/types.ts';
import { adopt } from '../../ownership/adopt.ts';
import { inOrder } from '../../plan/in-order.ts';
import type { Plan, TableStep } from '../../plan/types.ts';
import { pristineTable, TABLES } from '../../rules/builtin.ts';
import { digestTable } from '../../rules/digest.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { FAMILIES, type Family, type Table, type TableName } from '../../rules/types.ts';
import { compareSets } from '../../sets/drift-sets.ts';

type Kept = Generation['namespaces'][number];

/** What differs between two declarations of the firewall, in the form of a plan from the one to the other without restore text. */
export function compareGenerations(
  before: Generation['namespaces'],
  after: Generation['namespaces'],
  context: number,
): Plan {
  const [old, fresh] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  const tables = names.flatMap((name) =>
    FAMILIES.flatMap((family) =>
      TABLES.flatMap((table) => compareTable(old.get(name), fresh.get(name), family, table, context)),
    ),
  );
  const namespaces = names.flatMap((name) => {
    const kept = fresh.get(name) ?? old.get(name);
    if (kept === undefined) return [];
    return [{ namespace: kept.namespace, backend: kept.backend, rules: { ipv4: 0, ipv6: 0 } }];
  });
  const sets = names.flatMap((name) => {
    const kept = fresh.get(name) ?? old.get(name);
    return kept === undefined
      ? []
      : compareSets(kept.namespace, old.get(name)?.sets ?? [], fresh.get(name)?.sets ?? []);
  });
  return { version: 1, namespaces, steps: inOrder(tables, sets), foreign: [] };
}

function compareTable(
  before: Kept | undefined,
  after: Kept | undefined,
  family: Family,
  table: TableName,
  context: number,
): readonly TableStep[] {
  const kept = after ?? before;
  if (kept === undefined) return [];
  const [was, is] = [declared(before, family, table), declared(after, family, table)];
  const diff = diffTable(table, was, is);
  if (diff.chains.length === 0) return [];
  const { namespace, backend, owners } = kept;
  return [
    {
      namespace,
      family,
      backend,
      table,
      ownership: { kind: 'shared', owners },
      chains: viewTable(diff, { context, originOf: originsOf(after, family, table) }),
      edits: [],
      reverse: [],
      before: was,
      after: is ?? pristineTable(table),
      digests: { before: digestTable(was, table), after: digestTable(is, table) },
      created: false,
      notes: [],
    },
  ];
}

/** The table that the declaration makes in an empty namespace. */
function declared(kept: Kept | undefined, family: Family, name: TableName): Table | undefined {
  if (kept === undefined) return undefined;
  return adopt(name, undefined, claimsOf({ claims: claimsOn(kept.claims, family, name) }), kept.owners);
}

function originsOf(kept: Kept | undefined, family: Family, name: TableName) {
  const claims = claimsOn(kept?.claims ?? [], family, name);
  const chains = new Map(claims.flatMap((claim) => claim.chains).map((chain) => [chain.name, chain.rules]));
  return (chain: string, position: number) => chains.get(chain)?.[position - 1]?.[1];
}

function byName(namespaces: Generation['namespaces']): ReadonlyMap<string, Kept> {
  return new Map(namespaces.map((kept) => [namespaceLabel(kept.namespace), kept]));
}
