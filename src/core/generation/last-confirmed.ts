import type { NumberedGeneration } from './types.ts';

/**
 * Number of the generation that a person confirmed last, seen from this one. Where neither it nor an earlier one was confirmed it is the first that told; one that an
 * earlier fw wrote counts as confirmed.
 */
export function lastConfirmedOf({ number, generation }: NumberedGeneration): number {
  return generation.confirmed === true ? number : (generation.lastConfirmed ?? number);
}
