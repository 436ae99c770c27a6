import { namespaceLabel } from '../rules/namespace-label.ts';
import { isSelected } from '../selection/is-selected.ts';
import type { Selection } from '../selection/types.ts';
import type { Generation, GenerationClaim } from './types.ts';

type Kept = Generation['namespaces'][number];

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
