import { expiredGenerations, KEPT_GENERATIONS, KEPT_RECEIPTS, SLACK } from '../../core/generation/expired.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * Removes generations and receipts that are too many. Generation 0, the newest generations and the newest of each state stay. What cannot be removed now is
 * removed later: an apply is not worth less for it.
 */
export async function pruneGenerations({ generations, receipts }: Ports): Promise<void> {
  try {
    const numbers = await generations.numbers();
    const newest = numbers.at(-1);
    if (newest === undefined || numbers.length <= KEPT_GENERATIONS + SLACK) return;
    const { states } = (await generations.read(newest)).generation;
    for (const number of expiredGenerations(await generations.heads(), states)) await generations.remove(number);
    await receipts.removeBelow(newest - KEPT_RECEIPTS + 1);
  } catch {
    // See above.
  }
}
