import type { DesiredNamespace } from '../../desired/types.ts';
import type { KeptNamespace } from '../types.ts';
import type { Claimed } from './find-claim-conflicts.ts';

/** What state documents claim, with the places where they do. */
export function claimedByDocuments(namespaces: readonly DesiredNamespace[]): readonly Claimed[] {
  return namespaces.map(({ namespace, backend, claims, sets }) => ({
    namespace,
    backend,
    tables: claims.map(({ family, table, ownership, chains, policySpans }) => ({
      family,
      table,
      isExclusive: ownership.kind === 'exclusive',
      chains,
      policies: Object.entries(policySpans).map(([chain, span]) => ({ chain, span })),
    })),
    sets,
  }));
}

/** The same of what a generation or a saved plan holds. */
export function claimedByKept(namespaces: readonly KeptNamespace[]): readonly Claimed[] {
  return namespaces.map(({ namespace, backend, claims, sets }) => ({
    namespace,
    backend,
    tables: claims.map(({ family, table, ownership, chains, policies }) => ({
      family,
      table,
      isExclusive: ownership.kind === 'exclusive',
      chains: chains.map(({ name }) => ({ name })),
      policies: Object.keys(policies).map((chain) => ({ chain })),
    })),
    sets: sets.map(({ name }) => ({ name })),
  }));
}
