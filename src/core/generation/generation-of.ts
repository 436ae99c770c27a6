import type { Claim } from '../desired/claim.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import type { NamespaceInput } from '../plan/assemble.ts';
import { keepSets } from '../sets/keep-sets.ts';
import { countRules } from './count-packets.ts';
import type { Counted, Generation, GenerationClaim } from './types.ts';

/** The declared part of every namespace, ready to be kept. */
export function generationNamespaces(
  inputs: readonly NamespaceInput[],
  originOf: (span: Span) => Origin,
): Generation['namespaces'] {
  return inputs.map(({ namespace, backend, owners, live, claims, sets }) => ({
    namespace,
    backend,
    owners,
    ...countedOf({ live, claims }),
    claims: claims.map((claim) => pack(claim, originOf)),
    sets: keepSets(sets),
  }));
}

function countedOf(input: Pick<NamespaceInput, 'live' | 'claims'>): { readonly counted?: readonly Counted[] } {
  const counted = countRules(input);
  return counted.length === 0 ? {} : { counted };
}

/** The claims of a kept namespace in the form in which a plan is made from them. */
export function claimsOf({ claims }: Pick<Generation['namespaces'][number], 'claims'>): readonly Claim[] {
  return claims.map(({ state, family, table, ownership, policies, chains }) => ({
    ...(state === undefined ? {} : { state }),
    family,
    table,
    ownership,
    policies,
    chains: chains.map(({ name, hookInto, rules }) => ({
      name,
      ...(hookInto === undefined ? {} : { hookInto }),
      rules: rules.map(([text]) => ({ text })),
    })),
  }));
}

function pack(
  { family, table, ownership, policies, chains }: Claim,
  originOf: (span: Span) => Origin,
): GenerationClaim {
  return {
    family,
    table,
    ownership,
    policies,
    chains: chains.map(({ name, hookInto, rules }) => ({
      name,
      ...(hookInto === undefined ? {} : { hookInto }),
      rules: rules.map(({ text, span, id }) => {
        if (span === undefined) return [text];
        return id === undefined ? [text, originOf(span)] : [text, originOf(span), id];
      }),
    })),
  };
}
