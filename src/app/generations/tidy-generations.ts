import { expiredGenerations, KEPT_RECEIPTS, mostGenerations } from '../../core/generation/expired.ts';
import { lastConfirmedOf } from '../../core/generation/last-confirmed.ts';
import type { Ports } from '../../ports/ports.ts';

/** Of so many behind the newest one it is looked whether they are kept in parts already. */
const NEIGHBOURS = 3;

/**
 * Keeps the data folder bounded, by a run that holds its lock: generations and receipts that are too many go, and those that stay share what did not change. Generation 0, the newest
 * generations, the newest of each state and the last that a person confirmed stay. What cannot be done now is done later: an apply is not worth less for it.
 */
export async function tidyGenerations({ generations, receipts, dataFolder }: Ports): Promise<void> {
  const { keep } = dataFolder;
  if (keep === undefined) return;
  try {
    const numbers = await generations.numbers();
    const newest = numbers.at(-1);
    if (newest === undefined) return;
    if (numbers.length <= mostGenerations(keep)) {
      await generations.share(numbers.slice(-1 - NEIGHBOURS, -1));
      return;
    }
    const last = await generations.read(newest);
    const options = { keep, lastConfirmed: lastConfirmedOf(last) };
    const expired = expiredGenerations(await generations.heads(), last.generation.states, options);
    for (const number of expired) await generations.remove(number);
    await receipts.removeBelow(newest - KEPT_RECEIPTS + 1);
    // Also those that an earlier fw kept whole.
    await generations.share(numbers.filter((number) => number !== newest && !expired.includes(number)));
    await generations.sweep();
  } catch {
    // See above.
  }
}
