import { ownerOf } from '../core/guards/known-owner.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { Foreign } from '../core/plan/types.ts';

/** Chains of others in namespaces where they look alike. */
export type ForeignGroup = {
  readonly names: readonly string[];
  /** Chain names; those with a common first part as one pattern, such as `KUBE-*`; with the program that is known for such names. */
  readonly labels: readonly string[];
  readonly rules: number;
};

/** Who else has rules in the planned namespaces, most rules first; namespaces of equal answer come together. */
export function foreignGroups(foreign: readonly Foreign[]): readonly ForeignGroup[] {
  const groups = new Map<string, { names: string[]; labels: readonly string[]; rules: number }>();
  for (const [name, own] of byNamespace(foreign)) {
    const labels = labelsOf(own);
    const rules = own.reduce((sum, one) => sum + one.rules, 0);
    const key = JSON.stringify([labels, rules]);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, { names: [name], labels, rules });
    else others.names.push(name);
  }
  return [...groups.values()];
}

function byNamespace(foreign: readonly Foreign[]): ReadonlyMap<string, readonly Foreign[]> {
  const namespaces = new Map<string, Foreign[]>();
  for (const one of foreign) {
    const name = namespaceLabel(one.namespace);
    const others = namespaces.get(name);
    if (others === undefined) namespaces.set(name, [one]);
    else others.push(one);
  }
  return namespaces;
}

function labelsOf(foreign: readonly Foreign[]): readonly string[] {
  const stems = new Map<string, { chains: Set<string>; rules: number }>();
  for (const { chain, rules } of foreign) {
    const stem = chain.split('-', 1)[0] ?? chain;
    const known = stems.get(stem) ?? { chains: new Set<string>(), rules: 0 };
    known.chains.add(chain);
    known.rules += rules;
    stems.set(stem, known);
  }
  const byRules = [...stems].sort(([, one], [, other]) => other.rules - one.rules);
  return byRules.map(([stem, { chains }]) => label(stem, [...chains]));
}

function label(stem: string, chains: readonly string[]): string {
  const [first = stem] = chains;
  const pattern = chains.length === 1 ? first : chains.includes(stem) ? `${stem}*` : `${stem}-*`;
  const owner = ownerOf(first);
  return owner === undefined ? pattern : `${pattern} (${owner})`;
}
