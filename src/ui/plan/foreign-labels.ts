import { ownerOf } from '../../core/ownership/known-programs.ts';
import type { Foreign } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';

/** Chains of others in namespaces where they look alike. */
type ForeignGroup = {
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

type Labelled = { readonly chains: Set<string>; rules: number };

/** Chains of one stem come together; so do all chains of a program that is known and has several stems. */
function labelsOf(foreign: readonly Foreign[]): readonly string[] {
  const stems = new Map<string, Labelled>();
  for (const { chain, rules } of foreign) add(stems, stemOf(chain), [chain], rules);
  const groups = new Map<string, Labelled>();
  for (const [stem, { chains, rules }] of stems) {
    const owner = ownerOfAll(chains);
    // No chain has a blank in its name.
    add(groups, owner === undefined ? stem : `of ${owner}`, chains, rules);
  }
  const byRules = [...groups.values()].sort((one, other) => other.rules - one.rules);
  return byRules.map(({ chains }) => label([...chains]));
}

function add(groups: Map<string, Labelled>, key: string, chains: Iterable<string>, rules: number): void {
  const known = groups.get(key) ?? { chains: new Set<string>(), rules: 0 };
  groups.set(key, known);
  for (const chain of chains) known.chains.add(chain);
  known.rules += rules;
}

function ownerOfAll(chains: Iterable<string>): string | undefined {
  const owners = new Set([...chains].map(ownerOf));
  return owners.size === 1 ? [...owners][0] : undefined;
}

function stemOf(chain: string): string {
  return chain.split('-', 1)[0] ?? chain;
}

function label(chains: readonly string[]): string {
  const [first = ''] = chains;
  const stem = stemOf(first);
  const owner = ownerOfAll(chains);
  if (chains.some((chain) => stemOf(chain) !== stem)) return `${chains.length} chains (${owner})`;
  const pattern = chains.length === 1 ? first : chains.includes(stem) ? `${stem}*` : `${stem}-*`;
  return owner === undefined ? pattern : `${pattern} (${owner})`;
}
