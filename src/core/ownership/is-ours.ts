import type { StepOwnership } from '../plan/types.ts';
import type { NormalClaim } from './adopt.ts';
import { isOwnedBy } from './hook-chain.ts';
import { matchesGlob } from './matches-glob.ts';

/**
 * Whether fw may write a chain. In shared ownership exactly the chains with an owner's prefix; in exclusive ownership all but those
 * that a `keep` glob matches, built-in chains always included.
 */
export function chainsOf(ownership: StepOwnership, isBuiltin: (chain: string) => boolean): (chain: string) => boolean {
  if (ownership.kind === 'shared') return (chain) => ownership.owners.some((owner) => isOwnedBy(owner, chain));
  return (chain) => isBuiltin(chain) || !ownership.keep.some((glob) => matchesGlob(glob, chain));
}

/** The ownership of a table: exclusive where a claim says so, else shared by the owners of the namespace. */
export function stepOwnership(claims: readonly NormalClaim[], owners: readonly string[]): StepOwnership {
  const exclusive = claims.map((claim) => claim.ownership).find((ownership) => ownership.kind === 'exclusive');
  return exclusive?.kind === 'exclusive' ? exclusive : { kind: 'shared', owners };
}
