import type { Generation } from '../generation/types.ts';
import { joinGlobs } from '../ownership/join-globs.ts';
import { ownershipOf } from '../ownership/ownership.ts';
import { placeRules } from '../ownership/place.ts';
import type { StepOwnership } from '../ownership/types.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin, pristineTable } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace, Policy, Rule, Table } from '../rules/types.ts';
import type { KeptSet } from '../sets/ipset/types.ts';
import type { Written } from './goal-before.ts';
import { goalBefore } from './goal-before.ts';
import type { BeforeFw, NamespaceBefore, SetBefore, TableBefore } from './types.ts';

/** What an apply is about to do, and what is live where it does it. */
export type FirstWrites = {
  readonly plan: Pick<Plan, 'steps'>;
  /** Content of the sets that are there and change, by `setKey`. */
  readonly sets: ReadonlyMap<string, KeptSet>;
  /** Tables and sets, by `tableKey` and `setKey`, that an older fw may have written to first. */
  readonly unknown: ReadonlySet<string>;
  readonly at: string;
};

export const EMPTY: BeforeFw = { version: 1, namespaces: [] };

type Place = Pick<TableStep, 'namespace' | 'backend' | 'family' | 'table'>;

/** Names a table of the record. Tables of the two backends are different tables. */
export function tableKey({ namespace, backend, family, table }: Place): string {
  return `${namespaceLabel(namespace)} ${backend} ${family} ${table}`;
}

/** Names a set of the record. */
export function setKey(namespace: Namespace, name: string): string {
  return `${namespaceLabel(namespace)} set ${name}`;
}

/** Tables and sets of a plan of which the record does not know yet what was there. */
export function firstPlaces(record: BeforeFw, plan: FirstWrites['plan']) {
  const known = new Set(
    record.namespaces.flatMap(({ namespace, tables, sets: kept }) => [
      ...tables.flatMap((one) => (one.isLeft ? [] : [tableKey({ namespace, ...one })])),
      ...kept.flatMap((one) => (one.isLeft ? [] : [setKey(namespace, one.name)])),
    ]),
  );
  return {
    tables: tableSteps(plan).filter((step) => !known.has(tableKey(step))),
    sets: setSteps(plan).filter(({ namespace, set }) => !known.has(setKey(namespace, set))),
  };
}

/** The record as it is once the apply is kept; the very same one where the apply adds nothing to it. */
export function extendBefore(record: BeforeFw, writes: FirstWrites): BeforeFw {
  const namespaces = new Map(record.namespaces.map((one) => [namespaceLabel(one.namespace), one]));
  const change = (namespace: Namespace, edit: (one: NamespaceBefore) => NamespaceBefore) => {
    const label = namespaceLabel(namespace);
    namespaces.set(label, edit(namespaces.get(label) ?? { namespace, tables: [], sets: [] }));
  };
  for (const step of tableSteps(writes.plan)) change(step.namespace, (one) => withTable(one, step, writes));
  for (const { namespace, set } of setSteps(writes.plan)) change(namespace, (one) => withSet(one, set, writes));
  const extended = [...namespaces.values()];
  const isSame =
    extended.length === record.namespaces.length && extended.every((one, index) => one === record.namespaces[index]);
  return isSame ? record : { version: 1, namespaces: extended };
}

/** The record once fw has gone back to it. */
export function leaveBefore({ namespaces }: BeforeFw): BeforeFw {
  const leave = <One extends TableBefore | SetBefore>(one: One): One =>
    one.isUnknown || one.isLeft ? one : { ...one, isLeft: true };
  return {
    version: 1,
    namespaces: namespaces.map((one) => ({ ...one, tables: one.tables.map(leave), sets: one.sets.map(leave) })),
  };
}

/** The record once fw has gone back to it in some tables; the very same one where it knows none of them. */
export function leaveTables(record: BeforeFw, places: readonly Place[]): BeforeFw {
  const left = new Set(places.map(tableKey));
  const isLeft = (namespace: Namespace, one: TableBefore) => left.has(tableKey({ namespace, ...one }));
  if (!record.namespaces.some(({ namespace, tables }) => tables.some((one) => isLeft(namespace, one)))) return record;
  return {
    version: 1,
    namespaces: record.namespaces.map((kept) => ({
      ...kept,
      tables: kept.tables.map((one) => (isLeft(kept.namespace, one) ? { ...one, isLeft: true as const } : one)),
    })),
  };
}

/** What a state that had a table for itself leaves to others again: the claims of the shared table as they are from now on. */
export type SharedTable = Place & {
  readonly owners: readonly string[];
  readonly policies: TableBefore['policies'];
};

/** The record once fw shares some tables again: what others do there from now on is what was there before fw when it takes such a table the next time. */
export function shareTables(record: BeforeFw, places: readonly SharedTable[]): BeforeFw {
  if (places.length === 0) return record;
  const shared = new Map(places.map((one) => [tableKey(one), one]));
  return {
    version: 1,
    namespaces: record.namespaces.map((kept) => ({
      ...kept,
      tables: kept.tables.map(({ exclusiveAt, ...one }) => {
        const now = shared.get(tableKey({ namespace: kept.namespace, ...one }));
        if (now === undefined || one.isUnknown || one.isLeft) {
          return { ...one, ...(exclusiveAt === undefined ? {} : { exclusiveAt }) };
        }
        return { ...one, ownership: { kind: 'shared', owners: now.owners }, policies: now.policies };
      }),
    })),
  };
}

function withTable(one: NamespaceBefore, step: TableStep, { at, unknown }: FirstWrites): NamespaceBefore {
  const live = step.before;
  const key = tableKey(step);
  const index = one.tables.findIndex((kept) => tableKey({ namespace: one.namespace, ...kept }) === key);
  const kept = one.tables[index];
  const { backend, family, table } = step;
  const ownership = ofAllStates(step.ownership);
  if (kept === undefined || kept.isLeft) {
    const isUnknown = kept === undefined && unknown.has(key);
    const before = isUnknown || live === undefined ? null : plainTable(live);
    const policies = isUnknown ? {} : policiesOf(step, {});
    const fresh = { backend, family, table, at, ownership, policies, before, ...(isUnknown ? { isUnknown } : {}) };
    const others = one.tables.filter((_, position) => position !== index);
    return { ...one, tables: [...others, fresh] };
  }
  const widened = widen(kept, step, live, at);
  return widened === kept ? one : { ...one, tables: one.tables.map((other) => (other === kept ? widened : other)) };
}

/** fw owns more of the table than before: what it takes over now is what was there before fw, apart from its own. */
function widen(kept: TableBefore, step: TableStep, live: Table | undefined, at: string): TableBefore {
  if (kept.isUnknown) return kept;
  const ownership = joinOwnership(kept.ownership, ofAllStates(step.ownership));
  const policies = policiesOf(step, kept.policies);
  const isExclusiveNow = kept.ownership.kind === 'shared' && ownership.kind === 'exclusive';
  if (isExclusiveNow) {
    const before = plainTable(goalBefore(kept, live, new Map()));
    return { ...kept, ownership, exclusiveAt: at, policies, before };
  }
  if (JSON.stringify([kept.ownership, kept.policies]) === JSON.stringify([ownership, policies])) return kept;
  return { ...kept, ownership, policies, before: withPolicies(kept, policies, takeOver(kept, ownership, live), live) };
}

/** A policy that fw sets for the first time is as others had it last, which may be long after fw first wrote into the table. */
function withPolicies(
  { table, policies: known }: TableBefore,
  policies: TableBefore['policies'],
  before: Table | null,
  live: Table | undefined,
): Table | null {
  const found = new Map(live?.chains.map(({ name, policy }) => [name, policy]));
  const isFirst = (name: string) => Object.hasOwn(policies, name) && !Object.hasOwn(known, name);
  const base = before ?? pristineTable(table);
  const chains = base.chains.map((chain) => {
    const policy = found.get(chain.name);
    return !isFirst(chain.name) || policy === undefined || policy === chain.policy ? chain : { ...chain, policy };
  });
  return chains.every((chain, at) => chain === base.chains[at]) ? before : { name: table, chains };
}

/** Chains that were left to others until now, with the jumps into them, are as others had them last. */
function takeOver(kept: TableBefore, now: StepOwnership, live: Table | undefined): Table | null {
  if (now.kind === 'shared' || live === undefined) return kept.before;
  const [had, has] = [kept.ownership, now].map((ownership) => ownershipOf(kept.table, ownership).ownsChain);
  const taken = plainTable(live).chains.filter(({ name }) => had?.(name) === false && has?.(name) === true);
  if (taken.length === 0) return kept.before;
  const names = new Set(taken.map(({ name }) => name));
  const isJump = (rule: Rule) => names.has(jumpOf(rule)?.chain ?? '');
  const found = new Map(plainTable(live).chains.map((chain) => [chain.name, chain.rules]));
  const base = (kept.before ?? pristineTable(kept.table)).chains.filter(({ name }) => !names.has(name));
  const chains = base.map((chain) => {
    const others = chain.rules.filter((rule) => !isJump(rule));
    return { ...chain, rules: placeRules(others, found.get(chain.name) ?? [], isJump) };
  });
  return { name: kept.table, chains: [...chains, ...taken] };
}

/** What fw owns of the table whichever state has it: what one state leaves to another is ours all the same. */
function ofAllStates(ownership: StepOwnership): StepOwnership {
  return ownership.kind === 'exclusive' ? ownership : { kind: 'shared', owners: ownership.owners };
}

function joinOwnership(kept: StepOwnership, now: StepOwnership): StepOwnership {
  if (kept.kind === 'shared' && now.kind === 'shared') {
    const owners = now.owners.filter((owner) => !kept.owners.includes(owner));
    return owners.length === 0 ? kept : { kind: 'shared', owners: [...kept.owners, ...owners] };
  }
  if (kept.kind === 'shared') return now;
  if (now.kind === 'shared') return kept;
  return { kind: 'exclusive', keep: joinGlobs(kept.keep, now.keep) };
}

/** In an exclusive table every policy goes back, also one that another program set last. */
function policiesOf({ table, ownership, chains }: TableStep, known: TableBefore['policies']): TableBefore['policies'] {
  if (ownership.kind === 'exclusive') return known;
  const set = chains.flatMap(({ name, policy }): (readonly [string, Policy])[] =>
    policy === undefined || !isBuiltin(table, name) ? [] : [[name, policy.to]],
  );
  return set.length === 0 ? known : { ...known, ...Object.fromEntries(set) };
}

/** Counters of that time would be wrong ones, and spans mean nothing later. */
function plainTable({ name, chains }: Table): Table {
  return {
    name,
    chains: chains.map((chain) => ({
      name: chain.name,
      ...(chain.policy === undefined ? {} : { policy: chain.policy }),
      rules: chain.rules.map(({ text }) => ({ text })),
    })),
  };
}

function withSet(one: NamespaceBefore, name: string, { at, sets, unknown }: FirstWrites): NamespaceBefore {
  const kept = one.sets.find((other) => other.name === name);
  if (kept !== undefined && !kept.isLeft) return one;
  const key = setKey(one.namespace, name);
  const isUnknown = kept === undefined && unknown.has(key);
  const before = isUnknown ? null : (sets.get(key) ?? null);
  const fresh: SetBefore = { name, at, before, ...(isUnknown ? { isUnknown } : {}) };
  return { ...one, sets: [...one.sets.filter((other) => other !== kept), fresh] };
}

/** What fw has declared in each table over some generations, by `tableKey`. */
export function writtenBy(generations: readonly Pick<Generation, 'namespaces'>[]): ReadonlyMap<string, Written> {
  const tables = new Map<string, Map<string, Set<string>>>();
  for (const { namespace, backend, claims } of generations.flatMap(({ namespaces }) => namespaces)) {
    for (const { family, table, chains } of claims) {
      const key = tableKey({ namespace, backend, family, table });
      const written = tables.get(key) ?? new Map<string, Set<string>>();
      tables.set(key, written);
      for (const { name, rules } of chains) {
        const texts = written.get(name) ?? new Set<string>();
        written.set(name, texts);
        for (const [text] of rules) texts.add(text);
      }
    }
  }
  return tables;
}
