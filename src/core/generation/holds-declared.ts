import { namespaceLabel } from '../rules/namespace-label.ts';
import { isSelected } from '../selection/is-selected.ts';
import { EVERYTHING, type Selection } from '../selection/types.ts';
import type { GenerationClaim, KeptNamespace } from './types.ts';

/**
 * Whether a generation holds all that is declared, in the same words and with the same ids; where a rule was written does not matter. What it holds besides is the
 * business of other states.
 */
export function holds(
  kept: readonly KeptNamespace[],
  declared: readonly KeptNamespace[],
  selection: Selection = EVERYTHING,
): boolean {
  const known = new Map(kept.map((one) => [namespaceLabel(one.namespace), one]));
  return declared.every(({ namespace, backend, owners, claims, sets }) => {
    const label = namespaceLabel(namespace);
    const chosen = claims.filter(({ family, table }) => isSelected(selection, label, family, table));
    const one = known.get(label);
    if (one === undefined) return false;
    const [had, old] = [new Set(one.claims.map(textOf)), new Set(one.sets.map((set) => JSON.stringify(set)))];
    return (
      one.backend === backend &&
      owners.every((owner) => one.owners.includes(owner)) &&
      chosen.every((claim) => had.has(textOf(claim))) &&
      sets.every((set) => old.has(JSON.stringify(set)))
    );
  });
}

function textOf({ family, table, ownership, policies, chains }: GenerationClaim): string {
  return JSON.stringify([
    family,
    table,
    ownership,
    Object.entries(policies).sort(([one], [other]) => (one < other ? -1 : 1)),
    chains.map(({ name, hookInto = null, rules }) => [
      name,
      hookInto,
      rules.map(([text, , id]) => (id === undefined ? text : [text, id])),
    ]),
  ]);
}
