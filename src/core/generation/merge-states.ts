import { namespaceLabel } from '../rules/namespace-label.ts';
import { isSelected } from '../selection/is-selected.ts';
import type { Selection } from '../selection/types.ts';
import type { Generation, GenerationClaim, KeptNamespace, KeptState } from './types.ts';

type Kept = Generation['namespaces'][number];

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
  const counted = [...(before.counted ?? []), ...(kept.counted ?? [])];
  return {
    ...before,
    ...kept,
    owners: [...new Set([...before.owners, ...kept.owners])],
    claims: [...before.claims, ...kept.claims],
    sets: [...before.sets, ...kept.sets],
    ...(counted.length === 0 ? {} : { counted }),
  };
}

/**
 * What a partial apply makes of a generation: the selected tables as applied, everything else as the generation before had it, so that
 * going back to it, or booting from it, brings the whole firewall.
 */
export function mergeGeneration(
  before: Generation['namespaces'],
  applied: Generation['namespaces'],
  selection: Selection,
): Generation['namespaces'] {
  const old = new Map(before.map((kept) => [namespaceLabel(kept.namespace), kept]));
  const fresh = new Map(applied.map((kept) => [namespaceLabel(kept.namespace), kept]));
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  return names.flatMap((name): Kept[] => {
    const [was, is] = [old.get(name), fresh.get(name)];
    const base = is ?? was;
    if (base === undefined) return [];
    const chosen = (claim: GenerationClaim) => isSelected(selection, name, claim.family, claim.table);
    const claims = [...(was?.claims.filter((claim) => !chosen(claim)) ?? []), ...(is?.claims.filter(chosen) ?? [])];
    const owners = [...new Set([...(was?.owners ?? []), ...(is?.owners ?? [])])];
    return [{ ...base, owners, claims }];
  });
}
