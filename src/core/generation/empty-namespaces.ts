import type { Namespace } from '../ruleset/types.ts';
import type { Generation } from './types.ts';

/** Namespaces for which no rule at all is declared. */
export function emptyNamespaces(namespaces: Generation['namespaces']): readonly Namespace[] {
  return namespaces
    .filter(({ claims }) => claims.every(({ chains }) => chains.every(({ rules }) => rules.length === 0)))
    .map(({ namespace }) => namespace);
}
