import type { Ports } from '../../ports/ports.ts';

/**
 * Gives every prepared receipt the fate of its apply. A receipt only records what is done and decides nothing, so whatever goes wrong here
 * is left to the next run. `kept` has the generations that were filed just now, by the id of their journal.
 */
export async function settleReceipts(ports: Ports, kept: ReadonlyMap<string, number>): Promise<void> {
  const { receipts, journal } = ports;
  try {
    for (const id of await receipts.pending()) {
      const state = await journal.fateOf(id);
      if (state?.kind === 'pending' || state?.kind === 'unfinished') continue;
      if (state?.kind !== 'ended' || state.outcome === 'rolled-back' || state.outcome === 'forgotten') {
        await receipts.discard(id);
        continue;
      }
      const number = kept.get(id) ?? (await findGeneration(ports, id));
      if (number === undefined) await receipts.discard(id);
      else await receipts.keep(id, number, state.outcome === 'confirmed');
    }
  } catch {
    // The apply is what it is; see above.
  }
}

/** A run that ended between filing the generation and its receipt left them apart. */
async function findGeneration({ generations }: Ports, id: string): Promise<number | undefined> {
  for (const number of [...(await generations.numbers())].reverse()) {
    if ((await generations.read(number)).generation.journal === id) return number;
  }
  return undefined;
}
