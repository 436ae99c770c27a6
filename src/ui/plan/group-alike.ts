import type { ChainChange } from '../../core/diff/types.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { promisedRows } from '../../core/plan/promised-rows.ts';
import type { Plan, TableStep } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES, type Family, type TableName } from '../../core/rules/types.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { changeKey, mergeChanges } from './merge-changes.ts';

/** What happens to one chain of one or both families, once. */
export type Hunk = {
  readonly table: TableName;
  readonly families: readonly Family[];
  readonly change: ChainChange;
  /** The other family changes the chain of that name too, in another way. */
  readonly differs: boolean;
};

type Note = { readonly table: TableName; readonly families: readonly Family[]; readonly text: string };

/** Namespaces that change alike, in the order of the plan. */
export type Group = {
  readonly names: readonly string[];
  readonly backends: readonly Backend[];
  /** The other backend, where it holds rules as well. */
  readonly alsoHeldBy?: Backend;
  readonly hunks: readonly Hunk[];
  readonly notes: readonly Note[];
  readonly sets: readonly SetStep[];
};

// By how much a reviewer cares, not by the order in which packets pass.
const TABLES: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw', 'security'];

/** The plan with everything that would be shown twice brought together. Groups stand where their first namespace stood. */
export function foldPlan(plan: Plan): readonly Group[] {
  const alike = new Map<string, Group[]>();
  const otherBackends = new Map(
    plan.namespaces.map(({ namespace, alsoHeldBy }) => [namespaceLabel(namespace), alsoHeldBy]),
  );
  for (const [name, steps] of stepsByNamespace(plan)) {
    const sets = setSteps(plan).filter((step) => namespaceLabel(step.namespace) === name);
    if (steps.length + sets.length === 0) continue;
    const { key, group } = foldNamespace(name, steps, otherBackends.get(name), sets);
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [group]);
    else others.push(group);
  }
  return [...alike.values()].map(mergeGroups);
}

function stepsByNamespace(plan: Plan): ReadonlyMap<string, readonly TableStep[]> {
  const steps = new Map<string, TableStep[]>(plan.namespaces.map(({ namespace }) => [namespaceLabel(namespace), []]));
  for (const step of tableSteps(plan)) {
    const name = namespaceLabel(step.namespace);
    const others = steps.get(name);
    if (others === undefined) steps.set(name, [step]);
    else others.push(step);
  }
  return steps;
}

function foldNamespace(
  name: string,
  steps: readonly TableStep[],
  alsoHeldBy: Backend | undefined,
  sets: readonly SetStep[],
): { readonly key: string; readonly group: Group } {
  const keyed = TABLES.flatMap((table) => hunksOf(table, steps));
  const backends = [...new Set(steps.map((step) => step.backend))];
  const notes = TABLES.flatMap((table) => notesOf(table, steps));
  const key = JSON.stringify([
    backends,
    alsoHeldBy,
    notes,
    sets.map(({ set, change, digests: { before, after } }) => [set, change, before, after]),
    keyed.map(({ key, hunk }) => [hunk.table, hunk.families, key]),
  ]);
  const also = alsoHeldBy === undefined ? {} : { alsoHeldBy };
  return {
    key,
    group: {
      names: [name],
      backends,
      ...also,
      hunks: keyed.map(({ hunk }) => hunk),
      notes,
      sets,
    },
  };
}

type Keyed = { readonly key: string; readonly hunk: Hunk };

/** Chains in the order of the plan; a chain that only IPv6 changes comes after those of IPv4. */
function hunksOf(table: TableName, steps: readonly TableStep[]): readonly Keyed[] {
  const [of4, of6] = FAMILIES.map((family) => changesOf(table, family, steps));
  const names = new Set([...(of4?.keys() ?? []), ...(of6?.keys() ?? [])]);
  return [...names].flatMap((name) => pair(table, of4?.get(name), of6?.get(name)));
}

function changesOf(table: TableName, family: Family, steps: readonly TableStep[]): ReadonlyMap<string, ChainChange> {
  const own = steps.filter((step) => step.table === table && step.family === family);
  return new Map(own.flatMap((step) => promisedRows(step).map((change) => [change.name, change])));
}

function pair(table: TableName, of4: ChainChange | undefined, of6: ChainChange | undefined): readonly Keyed[] {
  const differs = of4 !== undefined && of6 !== undefined;
  const key4 = of4 && changeKey(of4);
  const key6 = of6 && changeKey(of6);
  if (of4 !== undefined && of6 !== undefined && key4 !== undefined && key4 === key6) {
    return [{ key: key4, hunk: { table, families: FAMILIES, change: mergeChanges([of4, of6]), differs: false } }];
  }
  const hunks: Keyed[] = [];
  if (of4 && key4) hunks.push({ key: key4, hunk: { table, families: ['ipv4'], change: of4, differs } });
  if (of6 && key6) hunks.push({ key: key6, hunk: { table, families: ['ipv6'], change: of6, differs } });
  return hunks;
}

function notesOf(table: TableName, steps: readonly TableStep[]): readonly Note[] {
  const families = new Map<string, Family[]>();
  for (const step of steps.filter((candidate) => candidate.table === table)) {
    for (const text of step.notes) families.set(text, [...(families.get(text) ?? []), step.family]);
  }
  return [...families].map(([text, own]) => ({ table, families: FAMILIES.filter((one) => own.includes(one)), text }));
}

function mergeGroups(groups: readonly Group[]): Group {
  const [first, ...others] = groups;
  if (first === undefined) throw new RangeError('a fold of no namespace');
  if (others.length === 0) return first;
  const hunks = first.hunks.map((hunk, index) => {
    const changes = others.flatMap((group) => group.hunks[index]?.change ?? []);
    return { ...hunk, change: mergeChanges([hunk.change, ...changes]) };
  });
  return { ...first, names: groups.flatMap((group) => group.names), hunks };
}
