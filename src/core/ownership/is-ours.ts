import type { StepOwnership } from '../plan/types.ts';
import { jumpTarget } from '../ruleset/jumps.ts';
import type { Rule } from '../ruleset/types.ts';
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

/**
 * Whether a rule in a chain of others is ours: in shared ownership exactly when it jumps to a chain of an owner. In exclusive
 * ownership a kept chain is left alone as a whole.
 */
export function jumpsOf(ownership: StepOwnership): (rule: Rule) => boolean {
  if (ownership.kind === 'exclusive') return () => false;
  return ({ text }) => {
    const target = jumpTarget(text)?.chain ?? '';
    return ownership.owners.some((owner) => isOwnedBy(owner, target));
  };
}
