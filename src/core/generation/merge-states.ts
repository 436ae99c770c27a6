import { namespaceLabel } from '../rules/namespace-label.ts';
import type { KeptNamespace, KeptState } from './types.ts';

/** What several states declare together, by namespace. No two of them claim the same chain, policy or set. */
export function mergeStates(states: readonly Pick<KeptState, 'name' | 'namespaces'>[]): readonly KeptNamespace[] {
  const merged = new Map<string, KeptNamespace>();
  for (const kept of states.flatMap(({ name, namespaces }) => namespaces.map((one) => markedBy(name, one)))) {
    const label = namespaceLabel(kept.namespace);
    const before = merged.get(label);
    merged.set(label, before === undefined ? kept : mergeTwo(before, kept));
  }
  return [...merged.values()];
}

function markedBy(state: string, kept: KeptNamespace): KeptNamespace {
  return { ...kept, claims: kept.claims.map((claim) => ({ ...claim, state })) };
}

function mergeTwo(before: KeptNamespace, kept: KeptNamespace): KeptNamespace {
  const sets = [...(before.sets ?? []), ...(kept.sets ?? [])];
  const counted = [...(before.counted ?? []), ...(kept.counted ?? [])];
  return {
    ...before,
    ...kept,
    owners: [...new Set([...before.owners, ...kept.owners])],
    claims: [...before.claims, ...kept.claims],
    ...(sets.length === 0 ? {} : { sets }),
    ...(counted.length === 0 ? {} : { counted }),
  };
}
