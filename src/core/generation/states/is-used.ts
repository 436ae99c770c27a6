import type { GenerationClaim } from '../types.ts';

/** Whether a claim has anything of its table: of an exclusive one this is the table itself. */
export function isUsed({ ownership, chains, policies }: GenerationClaim): boolean {
  return ownership.kind === 'exclusive' || chains.length > 0 || Object.keys(policies).length > 0;
}
