import type { Generation } from '../../core/generation/types.ts';

/** An older fw named the generation in the place of the state. */
const RETURN = /^generation ([0-9]{1,9})$/;

/** The number of the generation that this one is a return to; undefined where it is none. */
export function restoredBy({ restores, state }: Pick<Generation, 'restores' | 'state'>): number | undefined {
  if (restores !== undefined) return restores;
  const number = RETURN.exec(state)?.[1];
  return number === undefined ? undefined : Number(number);
}
