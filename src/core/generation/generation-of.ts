import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import type { NormalClaim } from '../ownership/adopt.ts';
import type { NamespaceInput } from '../plan/assemble.ts';
import { FAMILIES, type Family, type TableName } from '../rules/types.ts';
import type { KeptSet, SetPair } from '../sets/ipset/types.ts';
import { keepSets } from '../sets/keep-sets.ts';
import { countRules } from './count-packets.ts';
import type { Counted, Generation, GenerationClaim } from './types.ts';

/** The declared part of every namespace, ready to be kept. */
export function generationNamespaces(
  inputs: readonly NamespaceInput[],
  originOf: (span: Span) => Origin,
): Generation['namespaces'] {
  return inputs.map(({ namespace, backend, owners, live, claims, sets = [] }) => ({
    namespace,
    backend,
    owners,
    ...countedOf({ live, claims }),
    claims: FAMILIES.flatMap((family) =>
      [...claims[family]].flatMap(([table, parts]) => parts.map((part) => pack(family, table, part, originOf))),
    ),
    ...keptOf(sets),
  }));
}

function countedOf(input: Pick<NamespaceInput, 'live' | 'claims'>): { readonly counted?: readonly Counted[] } {
  const counted = countRules(input);
  return counted.length === 0 ? {} : { counted };
}

function keptOf(pairs: readonly SetPair[]): { readonly sets?: readonly KeptSet[] } {
  const sets = keepSets(pairs);
  return sets.length === 0 ? {} : { sets };
}

/** The claims of a kept namespace in the form in which a plan is made from them. */
export function claimsOf(
  kept: Generation['namespaces'][number],
): Readonly<Record<Family, ReadonlyMap<TableName, readonly NormalClaim[]>>> {
  const ofFamily = (family: Family) => {
    const tables = new Map<TableName, NormalClaim[]>();
    for (const claim of kept.claims.filter((candidate) => candidate.family === family)) {
      tables.set(claim.table, [...(tables.get(claim.table) ?? []), unpack(claim)]);
    }
    return tables;
  };
  return { ipv4: ofFamily('ipv4'), ipv6: ofFamily('ipv6') };
}

function pack(family: Family, table: TableName, claim: NormalClaim, originOf: (span: Span) => Origin): GenerationClaim {
  return {
    family,
    table,
    ownership: claim.ownership,
    policies: Object.fromEntries([...claim.policies].map(([chain, { policy }]) => [chain, policy])),
    chains: claim.chains.map(({ name, hookInto, rules }) => ({
      name,
      ...(hookInto === undefined ? {} : { hookInto }),
      rules: rules.map(({ text, span }) => (span === undefined ? [text] : [text, originOf(span)])),
    })),
  };
}

function unpack(claim: GenerationClaim): NormalClaim {
  return {
    ...(claim.state === undefined ? {} : { state: claim.state }),
    ownership: claim.ownership,
    policies: new Map(Object.entries(claim.policies).map(([chain, policy]) => [chain, { policy }])),
    chains: claim.chains.map(({ name, hookInto, rules }) => ({
      name,
      ...(hookInto === undefined ? {} : { hookInto }),
      rules: rules.map(([text]) => ({ text })),
    })),
  };
}
