import type { AppliedIn } from '../identity/types.ts';
import { COMMIT_ORDER } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES } from '../rules/types.ts';
import { isSelected } from '../selection/is-selected.ts';
import type { Selection } from '../selection/types.ts';
import type { KeptNamespace } from './types.ts';

/**
 * Where a state is applied after an apply: that apply for the namespaces of the state that it proved as a whole, for all others what was known before. An
 * apply of some tables of a namespace tells nothing of the other ones.
 */
export function appliedInAfter(
  before: readonly AppliedIn[],
  namespaces: readonly KeptNamespace[],
  seen: AppliedIn | undefined,
  selection: Selection | undefined,
): readonly AppliedIn[] {
  const declared = new Set(namespaces.map(({ namespace }) => namespaceLabel(namespace)));
  const known = new Set(labelsOf(before));
  const fresh = (seen?.namespaces ?? []).filter(({ namespace }) => {
    const label = namespaceLabel(namespace);
    return declared.has(label) && (selection === undefined || isWhole(selection, label) || !known.has(label));
  });
  const taken = new Set(fresh.map(({ namespace }) => namespaceLabel(namespace)));
  const old = before.map((one) => ({
    ...one,
    namespaces: one.namespaces.filter(({ namespace }) => {
      const label = namespaceLabel(namespace);
      return declared.has(label) && !taken.has(label);
    }),
  }));
  const all = seen === undefined ? old : [...old, { ...seen, namespaces: fresh }];
  return all.filter((one) => one.namespaces.length > 0);
}

function labelsOf(all: readonly AppliedIn[]): readonly string[] {
  return all.flatMap(({ namespaces }) => namespaces.map(({ namespace }) => namespaceLabel(namespace)));
}

function isWhole(selection: Selection, label: string): boolean {
  return FAMILIES.every((family) => COMMIT_ORDER.every((table) => isSelected(selection, label, family, table)));
}
