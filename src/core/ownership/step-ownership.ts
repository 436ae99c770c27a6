import { isOwnedBy } from '../rules/hook-chain.ts';
import type { Family, TableName } from '../rules/types.ts';
import { ownershipOf } from './ownership.ts';
import type { StepOwnership } from './types.ts';

/** What other states of the data folder have in one namespace: a plan leaves it alone, whatever prefix it has. */
export type OtherStates = {
  /** Names of their chains, by table. */
  readonly chains: Readonly<Record<Family, ReadonlyMap<TableName, readonly string[]>>>;
  readonly sets: ReadonlySet<string>;
};

type OwnedClaim = {
  readonly ownership: { readonly kind: 'shared' } | { readonly kind: 'exclusive'; readonly keep: readonly string[] };
  readonly chains: readonly { readonly name: string }[];
};

/**
 * The ownership of a table, as data: exclusive where a claim says so, else shared by the owners of the namespace. `others` are the chains
 * that other states have in the table.
 */
export function stepOwnership(
  claims: readonly Pick<OwnedClaim, 'ownership'>[],
  owners: readonly string[],
  others: readonly string[] = [],
): StepOwnership {
  const exclusive = claims.map((claim) => claim.ownership).find((ownership) => ownership.kind === 'exclusive');
  if (exclusive?.kind === 'exclusive') return exclusive;
  const spared = others.filter((chain) => owners.some((owner) => isOwnedBy(owner, chain)));
  return { kind: 'shared', owners, ...(spared.length === 0 ? {} : { others: spared }) };
}

/** Chains that claims declare although they leave them to others. A state that says so is refused; generations of before may hold it. */
export function disputedChains(
  table: TableName,
  claims: readonly OwnedClaim[],
  owners: readonly string[],
): readonly string[] {
  const { ownsChain } = ownershipOf(table, stepOwnership(claims, owners));
  return claims.flatMap(({ chains }) => chains.flatMap(({ name }) => (ownsChain(name) ? [] : [name])));
}
