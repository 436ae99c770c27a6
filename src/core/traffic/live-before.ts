import { claimsOn } from '../desired/claim.ts';
import { claimsOf } from '../generation/generation-of.ts';
import type { Generation } from '../generation/types.ts';
import { adopt } from '../ownership/adopt.ts';
import type { NamespaceInput } from '../plan/assemble.ts';
import { tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import { TABLES } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Namespace, Ruleset, Table, TableName } from '../rules/types.ts';
import type { LiveNamespace } from './live-namespace.ts';

/** The table that a declaration makes in an empty namespace; undefined where it declares nothing of it. */
export function declaredTable(
  { owners, claims }: Pick<Generation['namespaces'][number], 'owners' | 'claims'>,
  family: Family,
  name: TableName,
): Table | undefined {
  const own = claimsOf({ claims: claimsOn(claims, family, name) });
  return own.length === 0 ? undefined : adopt(name, undefined, own, owners);
}

/** What one declaration makes of empty namespaces, for a comparison with another one: namespaces that only the other has are empty. */
export function declaredNamespaces(
  before: Generation['namespaces'],
  after: Generation['namespaces'],
): readonly LiveNamespace[] {
  const known = new Set(before.map(({ namespace }) => namespaceLabel(namespace)));
  const fresh = after.filter(({ namespace }) => !known.has(namespaceLabel(namespace)));
  return [...before, ...fresh.map((one) => ({ ...one, claims: [] }))].map((kept): LiveNamespace => {
    const { namespace, backend } = kept;
    const ruleset = (family: Family): Ruleset => ({
      family,
      tables: TABLES.flatMap((name) => declaredTable(kept, family, name) ?? []),
    });
    return { namespace, backend, rulesets: { ipv4: ruleset('ipv4'), ipv6: ruleset('ipv6') }, hidden: [], sets: [] };
  });
}

/** The tables of a namespace as they were before the steps of a plan; one without a step as it is known otherwise. */
export function rulesetsBefore(
  plan: Plan,
  namespace: Namespace,
  otherTable: (family: Family, name: TableName) => Table | undefined,
): LiveNamespace['rulesets'] {
  const label = namespaceLabel(namespace);
  const steps = tableSteps(plan).filter((step) => namespaceLabel(step.namespace) === label);
  const before = (family: Family): Ruleset => ({
    family,
    tables: TABLES.flatMap((name): readonly Table[] => {
      const step = steps.find((one) => one.family === family && one.table === name);
      const table = step === undefined ? otherTable(family, name) : step.before;
      return table === undefined ? [] : [table];
    }),
  });
  return { ipv4: before('ipv4'), ipv6: before('ipv6') };
}

/** The namespaces as they were before the steps of a comparison with what is live: the tables that it starts from among those that are live now. */
export function liveBefore(
  plan: Plan,
  inputs: readonly NamespaceInput[],
  hidden: readonly LiveNamespace['hidden'][],
): readonly LiveNamespace[] {
  return inputs.map(
    ({ namespace, backend, alsoHeldBy, live }, index): LiveNamespace => ({
      namespace,
      backend,
      rulesets: rulesetsBefore(plan, namespace, (family, name) => live[family].tables.find((one) => one.name === name)),
      hidden: hidden[index] ?? [],
      sets: [],
      ...(alsoHeldBy === undefined ? {} : { other: { backend: alsoHeldBy } }),
    }),
  );
}
