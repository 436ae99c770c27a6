import { claimsOn } from '../../desired/claim.ts';
import { diffTable } from '../../diff/diff-table.ts';
import { viewTable } from '../../diff/view.ts';
import { chainNames, type Ownership, ownershipOf } from '../../ownership/ownership.ts';
import { stepOwnership } from '../../ownership/step-ownership.ts';
import type { NamespaceInput } from '../../plan/assemble.ts';
import type { Plan, TableStep } from '../../plan/types.ts';
import { pristineTable, TABLES } from '../../rules/builtin.ts';
import { digestTable } from '../../rules/digest.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { type Backend, FAMILIES, type Family, type Table, type TableName } from '../../rules/types.ts';

/** A whole table, with what belonged to others, as the last apply that changed it planned and verified it. */
export type SeenTable = {
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly backend: Backend;
  readonly seen: Table;
  /** The generation that the apply became, and when it began. */
  readonly generation: number;
  readonly at: string;
};

export type TablePlace = { readonly namespace: string; readonly family: Family; readonly table: TableName };

export type ForeignDrift = {
  /** What others changed, in the form of a plan whose steps have no restore text. */
  readonly plan: Plan;
  /** Since when each compared table is known. */
  readonly since: readonly (TablePlace & { readonly generation: number; readonly at: string })[];
  /** Tables that hold something and that no apply whose journal is kept has changed: what others did there is not known. */
  readonly unknown: readonly TablePlace[];
};

/**
 * What became of chains, rules and policies that are not ours since an apply last saw them. What is ours is compared by `driftOf`; here it is left out on both sides.
 */
export function foreignDriftOf(
  inputs: readonly NamespaceInput[],
  seen: readonly SeenTable[],
  context: number,
): ForeignDrift {
  const since: ForeignDrift['since'][number][] = [];
  const unknown: TablePlace[] = [];
  const steps: TableStep[] = [];
  for (const input of inputs) {
    for (const [family, table] of FAMILIES.flatMap((one) => TABLES.map((name) => [one, name] as const))) {
      const place = { namespace: namespaceLabel(input.namespace), family, table };
      const live = input.live[family].tables.find(({ name }) => name === table);
      const known = seen.find((one) => isOf(one, place) && one.backend === input.backend);
      if (known === undefined) {
        if (live !== undefined && !isPristine(live)) unknown.push(place);
        continue;
      }
      since.push({ ...place, generation: known.generation, at: known.at });
      const step = compare(input, family, { table, before: known.seen, live, context });
      if (step !== undefined) steps.push(step);
    }
  }
  const namespaces = inputs.map(({ namespace, backend }) => ({ namespace, backend, rules: { ipv4: 0, ipv6: 0 } }));
  return { plan: { version: 1, namespaces, steps, foreign: [] }, since, unknown };
}

type Sides = {
  readonly table: TableName;
  readonly before: Table;
  readonly live: Table | undefined;
  readonly context: number;
};

function compare(
  { namespace, backend, claims, owners, others }: NamespaceInput,
  family: Family,
  { table, before, live, context }: Sides,
): TableStep | undefined {
  const ownership = stepOwnership(claimsOn(claims, family, table), owners, others?.chains[family].get(table) ?? []);
  const owned = ownershipOf(table, ownership);
  const was = partOfOthers(before, owned);
  const is = partOfOthers(live ?? pristineTable(table), owned);
  const diff = diffTable(table, was, is);
  if (diff.chains.length === 0) return undefined;
  const digests = { before: digestTable(was, table), after: digestTable(is, table) };
  const chains = viewTable(diff, { context, originOf: () => undefined });
  const sides = { before: was, after: is, digests };
  return {
    namespace,
    family,
    backend,
    table,
    ownership,
    chains,
    edits: [],
    reverse: [],
    ...sides,
    created: false,
    notes: [],
  };
}

/** Chains of others without our jumps, and of ours the rules that others keep there. The policy of a chain that is ours is left out. */
function partOfOthers(table: Table, { ownsChain, ownsRule }: Ownership): Table {
  const all = chainNames(table);
  return {
    name: table.name,
    chains: table.chains.flatMap((chain) => {
      const rules = chain.rules.filter((rule) => !ownsRule(chain.name, rule, all));
      if (!ownsChain(chain.name)) return [{ ...chain, rules }];
      return rules.length === 0 ? [] : [{ name: chain.name, rules }];
    }),
  };
}

function isPristine({ chains }: Table): boolean {
  return chains.every(({ policy, rules }) => policy === 'ACCEPT' && rules.length === 0);
}

function isOf(one: TablePlace, other: TablePlace): boolean {
  return one.namespace === other.namespace && one.family === other.family && one.table === other.table;
}
