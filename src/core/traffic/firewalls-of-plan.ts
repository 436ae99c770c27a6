import type { Firewall } from '../packets/types/firewall.ts';
import type { Supposition } from '../packets/types/traffic.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { ruleTexts } from '../rule-text/rule-texts.ts';
import { isPristine } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES, type Family, type Namespace, type Table } from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { knownSets, type SetsOfPlan } from './known-sets.ts';
import type { LiveNamespace } from './live-namespace.ts';

/** One family of one namespace before a plan and after it, as far as it decides about packets; or why that is not known. */
export type FirewallPair = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly sides: { readonly before: Firewall; readonly after: Firewall } | { readonly unknown: string };
  readonly supposing?: Supposition;
};

/** The steps of one namespace, and the families that are asked for; those in which packets meet a change unless given. */
type Own = {
  readonly tables: readonly TableStep[];
  readonly sets: readonly SetStep[];
  readonly families?: readonly Family[];
};

/**
 * Both sides of every family in which the plan changes what decides about packets, over all tables of the namespace. Where a table of the plan's
 * namespace is not among `live` nothing is known of its firewall: that is told, never guessed.
 */
export function firewallsOfPlan(plan: Plan, live: readonly LiveNamespace[]): readonly FirewallPair[] {
  const found = new Map<string, LiveNamespace[]>();
  for (const one of live) {
    const label = namespaceLabel(one.namespace);
    found.set(label, [...(found.get(label) ?? []), one]);
  }
  return stepsByNamespace(plan).flatMap(([label, own]) => {
    const namespace = (own.tables[0] ?? own.sets[0])?.namespace;
    return namespace === undefined ? [] : pairsOf(namespace, own, found.get(label) ?? []);
  });
}

/** The same of every family of every namespace that the plan is about, whether it changes there or not. */
export function everyFirewall(plan: Plan, live: readonly LiveNamespace[]): readonly FirewallPair[] {
  const steps = new Map(stepsByNamespace(plan));
  const found = new Map<string, LiveNamespace[]>();
  for (const one of live) {
    const label = namespaceLabel(one.namespace);
    found.set(label, [...(found.get(label) ?? []), one]);
  }
  return [...found].flatMap(([label, own]) => {
    const { tables, sets } = steps.get(label) ?? { tables: [], sets: [] };
    const [first] = own;
    return first === undefined ? [] : pairsOf(first.namespace, { tables, sets, families: FAMILIES }, own);
  });
}

function stepsByNamespace(plan: Plan): readonly (readonly [string, Own])[] {
  const own = new Map<string, { tables: TableStep[]; sets: SetStep[] }>();
  const at = (namespace: Namespace) => {
    const label = namespaceLabel(namespace);
    const known = own.get(label) ?? { tables: [], sets: [] };
    own.set(label, known);
    return known;
  };
  for (const step of tableSteps(plan)) at(step.namespace).tables.push(step);
  for (const step of setSteps(plan)) at(step.namespace).sets.push(step);
  return [...own];
}

function pairsOf(namespace: Namespace, own: Own, found: readonly LiveNamespace[]): readonly FirewallPair[] {
  const [live, ...more] = found;
  const unknown = (reason: string) =>
    familiesOf(own, live).map((family): FirewallPair => ({ namespace, family, sides: { unknown: reason } }));
  if (live === undefined) return unknown('the other tables of the namespace are not known here');
  if (more.length > 0 || own.tables.some(({ backend }) => backend !== live.backend)) {
    return unknown('both backends are changed, and packets meet both');
  }
  const sets = knownSets(live.sets, new Set(own.sets.map(({ set }) => set)));
  if (live.other === undefined) {
    return familiesOf(own, live).map((family) => pairOf(live, family, own, sets));
  }
  const { backend, rulesets } = live.other;
  const isNew = FAMILIES.every((family) => live.rulesets[family].tables.every(isPristine));
  if (!isNew || rulesets === undefined || live.hidden.length > 0) {
    return unknown(`packets meet the rules of the ${backend} backend as well, which fw does not manage here`);
  }
  // The first half of a move to another backend: what it comes to once the rules that are left are gone.
  return FAMILIES.flatMap((family): readonly FirewallPair[] => {
    const { sides } = pairOf(live, family, own, sets);
    if (!('before' in sides)) return [{ namespace, family, sides }];
    const before = { ...sides.before, backend, tables: rulesets[family].tables };
    if ([...before.tables, ...sides.after.tables].every(isPristine)) return [];
    return [{ namespace, family, sides: { before, after: sides.after }, supposing: 'other-backend-gone' }];
  });
}

/** The families in which a table changes, or rules ask a set that does. */
function familiesOf({ tables, sets, families }: Own, live: LiveNamespace | undefined): readonly Family[] {
  if (families !== undefined) return families;
  const changed = namesOf(sets);
  return FAMILIES.filter((family) => {
    if (tables.some((step) => step.family === family)) return true;
    // Nothing is known of the rules that may ask it.
    if (live === undefined) return changed.size > 0;
    return changed.size > 0 && asks(live.rulesets[family].tables, changed);
  });
}

/** Sets that change, and lists that hold one. */
function namesOf(sets: readonly SetStep[]): ReadonlySet<string> {
  return new Set(sets.flatMap(({ set, lists = [] }) => [set, ...lists]));
}

function asks(tables: readonly Table[], names: ReadonlySet<string>): boolean {
  return [...namedSets(ruleTexts(tables))].some((name) => names.has(name));
}

function pairOf(live: LiveNamespace, family: Family, own: Own, sets: SetsOfPlan): FirewallPair {
  const { namespace, backend, settings = {} } = live;
  const hidden = live.hidden.find((one) => one.family === family);
  if (hidden !== undefined) {
    return { namespace, family, sides: { unknown: `iptables-save does not show table ${hidden.table} as it is` } };
  }
  const before = live.rulesets[family].tables;
  const steps = new Map(own.tables.filter((step) => step.family === family).map((step) => [step.table, step.after]));
  const kept = before.map((table) => steps.get(table.name) ?? table);
  const fresh = [...steps.values()].filter(({ name }) => !before.some((table) => table.name === name));
  const after = [...kept, ...fresh];
  const lists = own.sets.filter(({ set }) => sets.unknown.has(set));
  if (lists.length > 0 && asks([...before, ...after], namesOf(lists))) {
    const names = lists.map(({ set }) => set).join(', ');
    return {
      namespace,
      family,
      sides: { unknown: `what changes in ${names} is too much to compare, or not known here` },
    };
  }
  const base = { family, backend, settings };
  return {
    namespace,
    family,
    sides: {
      before: { ...base, tables: before, sets: sets.before },
      after: { ...base, tables: after, sets: sets.after },
    },
  };
}
