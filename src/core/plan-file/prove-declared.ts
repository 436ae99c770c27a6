import { claimsOn } from '../desired/claim.ts';
import { claimsOf } from '../generation/generation-of.ts';
import type { Generation, GenerationClaim } from '../generation/types.ts';
import { adopt } from '../ownership/adopt.ts';
import { disputedChains, stepOwnership } from '../ownership/step-ownership.ts';
import { countForeign } from '../plan/count-changes.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { TableStep } from '../plan/types.ts';
import { COMMIT_ORDER, isBuiltin } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';
import { isOwnedBy } from '../rules/hook-chain.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES, type Family, type Table } from '../rules/types.ts';
import { isSelected } from '../selection/is-selected.ts';
import { digestOfSet } from '../sets/compile-set.ts';
import { elementOf } from '../sets/ipset/entry.ts';
import type { KeptSet, SetStep } from '../sets/ipset/types.ts';
import type { PlanFile } from './types.ts';

/*
 * What a plan file declares becomes the generation, which rollback and the boot unit load and which drift, blame and the guards believe. So
 * what it declares must make, of each table before, exactly the table after. Tables without a step are compared with the kernel by
 * `planOfFile`, which has a kernel to ask.
 */

type Declared = Generation['namespaces'][number];

/** Where what is declared contradicts itself, or the namespaces, steps and tables of the plan. Undefined where all is well. */
export function findUndeclared(file: PlanFile): string | undefined {
  const { plan, namespaces, selection } = file;
  const byLabel = new Map(namespaces.map((one) => [namespaceLabel(one.namespace), one]));
  const isParallel =
    byLabel.size === namespaces.length &&
    plan.namespaces.length === namespaces.length &&
    plan.namespaces.every(({ namespace, backend, alsoHeldBy }, at) => {
      const one = namespaces[at];
      return (
        one !== undefined &&
        namespaceLabel(namespace) === namespaceLabel(one.namespace) &&
        backend === one.backend &&
        alsoHeldBy !== backend
      );
    });
  if (!isParallel) return 'it declares other namespaces than it plans for';
  const bad = namespaces.find((one) => !isClean(one));
  if (bad !== undefined) return `what it declares for ${namespaceLabel(bad.namespace)} contradicts itself`;
  if (!areInOrder(tableSteps(plan), [...byLabel.keys()])) return 'its steps are not in order';
  for (const step of tableSteps(plan)) {
    const label = namespaceLabel(step.namespace);
    const declared = byLabel.get(label);
    const isMeant = selection === undefined || isSelected(selection, label, step.family, step.table);
    if (declared === undefined || !isMeant || step.backend !== declared.backend) {
      return `${label} ${step.family} ${step.table}: it is not about this table`;
    }
    const problem = findStepProblem(file, step, declared);
    if (problem !== undefined) return `${label} ${step.family} ${step.table}: ${problem}`;
  }
  return findOther(file, byLabel);
}

function findStepProblem({ plan }: PlanFile, step: TableStep, declared: Declared): string | undefined {
  const { before, after } = step;
  const claims = claimsOf({ claims: claimsOn(declared.claims, step.family, step.table) });
  const { others = [] } = step.ownership.kind === 'shared' ? step.ownership : {};
  const ownership = stepOwnership(claims, declared.owners, others);
  if (JSON.stringify(ownership) !== JSON.stringify(step.ownership)) return 'what is declared makes others its owners';
  if (disputedChains(step.table, claims, declared.owners).length > 0) return 'it declares chains of others';
  if (!isSameTable(adopt(step.table, before, claims, declared.owners, others), after)) {
    return 'what is declared does not make the table that it goes to';
  }
  if (step.created !== (before === undefined)) return 'it is not sure whether the table was there';
  const foreign = plan.foreign.filter((one) => isAbout(one, step));
  const counted = countForeign(step.namespace, step.family, before, ownership);
  return isSame(foreign, counted) ? undefined : 'it counts other rules of others than there are';
}

type Place = Pick<TableStep, 'namespace' | 'family' | 'table'>;

function isAbout(one: Place, other: Place): boolean {
  return placeKey(one) === placeKey(other);
}

function placeKey({ namespace, family, table }: Place): string {
  return `${namespaceLabel(namespace)} ${family} ${table}`;
}

function isSame(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && JSON.stringify(one) === JSON.stringify(other);
}

/** Counters too: those of rules that stay are copied. */
function isSameTable(made: Table, told: Table): boolean {
  const chains = new Map(told.chains.map((chain) => [chain.name, chain]));
  return (
    chains.size === told.chains.length &&
    made.chains.length === chains.size &&
    made.name === told.name &&
    made.chains.every((chain) => JSON.stringify(chain) === JSON.stringify(chains.get(chain.name)))
  );
}

/** Whether a namespace declares each thing once, and nothing that its ownership does not give it. */
function isClean({ owners, claims, sets, counted = [] }: Declared): boolean {
  const byTable = new Map<string, GenerationClaim[]>();
  for (const claim of claims) {
    const key = `${claim.family} ${claim.table}`;
    byTable.set(key, [...(byTable.get(key) ?? []), claim]);
  }
  const chains = new Set(
    claims.flatMap((claim) => claim.chains.map(({ name }) => `${claim.family} ${claim.table} ${name}`)),
  );
  return (
    isDistinct(owners) &&
    isDistinct(sets.map(({ name }) => name)) &&
    areBehindMembers(sets) &&
    counted.every(([family, table, chain]) => chains.has(`${family} ${table} ${chain}`)) &&
    [...byTable.values()].every((parts) => areCleanClaims(parts, owners))
  );
}

function areCleanClaims(claims: readonly GenerationClaim[], owners: readonly string[]): boolean {
  const names = claims.flatMap(({ chains }) => chains.map(({ name }) => name));
  const policies = claims.flatMap((claim) => Object.keys(claim.policies));
  const isExclusive = claims.some(({ ownership }) => ownership.kind === 'exclusive');
  if (!isDistinct(names) || !isDistinct(policies) || (isExclusive && claims.length > 1)) return false;
  const parts = claims.map(({ ownership }) => (ownership.kind === 'shared' ? ownership.owner : ''));
  return isDistinct(parts) && claims.every((claim) => isCleanClaim(claim, owners));
}

function isCleanClaim({ ownership, table, chains, policies }: GenerationClaim, owners: readonly string[]): boolean {
  if (!Object.keys(policies).every((chain) => isBuiltin(table, chain))) return false;
  if (ownership.kind === 'exclusive') return chains.every(({ hookInto }) => hookInto === undefined);
  const { owner } = ownership;
  return owners.includes(owner) && chains.every(({ name }) => isOwnedBy(owner, name) && !isBuiltin(table, name));
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Each table of a family of a namespace once: namespaces as declared, families and tables as they are committed. */
function areInOrder(steps: readonly TableStep[], labels: readonly string[]): boolean {
  const places = steps.map(({ namespace, family, table }) => [
    labels.indexOf(namespaceLabel(namespace)),
    FAMILIES.indexOf(family),
    COMMIT_ORDER.indexOf(table),
  ]);
  return places.every((place, at) => {
    const last = places[at - 1] ?? [-1, -1, -1];
    const differs = place.findIndex((number, part) => number !== last[part]);
    return differs >= 0 && (place[differs] ?? 0) > (last[differs] ?? 0);
  });
}

/** What the file has beside the steps: rules of others in other tables, tables that stand, sets. */
function findOther({ plan, standing = [] }: PlanFile, byLabel: ReadonlyMap<string, Declared>): string | undefined {
  const hasStep = (place: Place) => tableSteps(plan).some((step) => isAbout(step, place));
  const keys = plan.foreign.map((one) => `${placeKey(one)} ${one.chain}`);
  if (!isDistinct(keys) || plan.foreign.some((one) => !byLabel.has(namespaceLabel(one.namespace)))) {
    return 'it counts rules of others twice, or elsewhere';
  }
  const standingKeys = standing.map(({ namespace, family, table }) =>
    placeKey({ namespace, family, table: table.name }),
  );
  const stands = standing.every(({ namespace, family, table }) => {
    const declared = byLabel.get(namespaceLabel(namespace));
    return (
      declared !== undefined && !hasStep({ namespace, family, table: table.name }) && stays(declared, family, table)
    );
  });
  if (!isDistinct(standingKeys) || !stands) return 'a table that it lets stand is not as declared';
  const sets = setSteps(plan);
  const setKeys = sets.map(({ namespace, set }) => `${namespaceLabel(namespace)} ${set}`);
  const bad = sets.find((step) => !isDeclared(step, byLabel.get(namespaceLabel(step.namespace))));
  if (!isDistinct(setKeys)) return 'it changes a set twice';
  if (!areSetsInOrder(sets, byLabel)) return 'its sets are not in order';
  return bad === undefined ? undefined : `${namespaceLabel(bad.namespace)} set ${bad.set}: it is not as declared`;
}

/**
 * A chain with the prefix of an owner that is not declared may be another state's, of which the file tells only where a step changes the table. A chain that no
 * state has would go: `planOfFile`, which knows the states, finds that step missing.
 */
function stays(declared: Declared, family: Family, table: Table): boolean {
  const claims = claimsOf({ claims: claimsOn(declared.claims, family, table.name) });
  const own = new Set(claims.flatMap(({ chains }) => chains.map(({ name }) => name)));
  const others = table.chains.map(({ name }) => name).filter((name) => !own.has(name));
  const goal = adopt(table.name, table, claims, declared.owners, others);
  return digestTable(goal, table.name) === digestTable(table, table.name);
}

/** As declared, namespace by namespace; what is destroyed comes behind, in the order in which the kernel listed it. */
function areSetsInOrder(sets: readonly SetStep[], byLabel: ReadonlyMap<string, Declared>): boolean {
  const labels = [...byLabel.keys()];
  const places = sets.map(({ namespace, set, change }) => {
    const label = namespaceLabel(namespace);
    const kept = byLabel.get(label)?.sets ?? [];
    return [labels.indexOf(label), change === 'destroy' ? kept.length : kept.findIndex(({ name }) => name === set)];
  });
  return places.every(([label = -1, at = -1], index) => {
    const [lastLabel = -1, last = -1] = places[index - 1] ?? [];
    return label > lastLabel || (label === lastLabel && at >= last);
  });
}

/** Whether each list stands behind what it holds, so that the sets can be made in this order. */
function areBehindMembers(sets: readonly KeptSet[]): boolean {
  const places = new Map(sets.map(({ name }, at) => [name, at]));
  return sets.every(({ header, entries = '' }, at) => {
    const members = header.startsWith('list:') ? entries.split('\n').map(elementOf) : [];
    return members.every((member) => (places.get(member) ?? -1) < at);
  });
}

/** Whether the step makes the set that is declared; `planOfFile` compares all of it with the kernel. */
function isDeclared(step: SetStep, declared: Declared | undefined): boolean {
  if (declared === undefined) return false;
  const kept = declared.sets.find(({ name }) => name === step.set);
  if (step.change === 'destroy') return kept === undefined && step.declared === step.set && step.isManaged;
  if (kept === undefined || kept.header !== step.headers.after || kept.declared !== step.declared) return false;
  if (step.isManaged !== (kept.entries !== undefined)) return false;
  return kept.entries === undefined || makes(step, kept, kept.entries);
}

function makes({ change, counts, digests: { after } }: SetStep, { header }: KeptSet, entries: string): boolean {
  const lines = entries.split('\n').slice(0, -1);
  if (lines.length !== counts.after) return false;
  if (change === 'create') return after === digestOfSet(header, lines);
  return change !== 'replace' || after === digestOfSet(header, lines.toSorted());
}
