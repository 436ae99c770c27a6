import type { OtherStates } from '../../ownership/step-ownership.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Family, Namespace, TableName } from '../../rules/types.ts';
import type { KeptState } from '../types.ts';

/** By the label of the namespace; one in which no other state has anything is left out. */
export function otherStates(states: readonly KeptState[]): ReadonlyMap<string, OtherStates> {
  const found = new Map<string, { chains: Record<Family, Map<TableName, string[]>>; sets: Set<string> }>();
  for (const { namespace, claims, sets } of states.flatMap(({ namespaces }) => namespaces)) {
    const label = namespaceLabel(namespace);
    const of = found.get(label) ?? { chains: { ipv4: new Map(), ipv6: new Map() }, sets: new Set<string>() };
    found.set(label, of);
    for (const { family, table, chains } of claims) {
      of.chains[family].set(table, [...(of.chains[family].get(table) ?? []), ...chains.map(({ name }) => name)]);
    }
    for (const { name } of sets) of.sets.add(name);
  }
  return found;
}

const NO_OTHER_STATES: OtherStates = { chains: { ipv4: new Map(), ipv6: new Map() }, sets: new Set() };

export function othersIn(others: ReadonlyMap<string, OtherStates>, namespace: Namespace): OtherStates {
  return others.get(namespaceLabel(namespace)) ?? NO_OTHER_STATES;
}

/** Sets that are ours by the prefix of an owner and that no other state has. */
export function withoutOthers<Set extends { readonly name: string }>(
  sets: readonly Set[],
  others: OtherStates,
): readonly Set[] {
  return others.sets.size === 0 ? sets : sets.filter(({ name }) => !others.sets.has(name));
}
