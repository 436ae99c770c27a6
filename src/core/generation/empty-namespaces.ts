import type { Namespace } from '../rules/types.ts';

type Declared = {
  readonly namespace: Namespace;
  readonly claims: readonly { readonly chains: readonly { readonly rules: readonly unknown[] }[] }[];
};

/** Namespaces for which no rule at all is declared. */
export function emptyNamespaces(namespaces: readonly Declared[]): readonly Namespace[] {
  return namespaces
    .filter(({ claims }) => claims.every(({ chains }) => chains.every(({ rules }) => rules.length === 0)))
    .map(({ namespace }) => namespace);
}
