import { FwError } from '../../core/diagnostics/errors.ts';
import type { Generation } from '../../core/generation/types.ts';
import { wentBackOf } from '../../core/journal/went-back.ts';
import type { Ports } from '../../ports/ports.ts';
import { tidyGenerations } from './tidy-generations.ts';

/**
 * Gives every prepared generation its fate, as its journal tells: kept when the apply was kept, a record of the history when it was rolled
 * back. It is the last part of every apply, confirm and recovery, so a crash between the two only delays it. Resolves to the newest number.
 */
export async function settleGenerations(ports: Ports): Promise<number | undefined> {
  const { generations, journal, wentBack } = ports;
  await settleBefore(ports);
  const filed = new Map<string, number>();
  for (const id of [...(await generations.prepared())].sort()) {
    const fate = await journal.fateOf(id);
    if (fate?.kind === 'pending' || fate?.kind === 'unfinished') continue;
    if (fate?.kind === 'ended' && (fate.outcome === 'applied' || fate.outcome === 'confirmed')) {
      filed.set(id, await generations.keep(id));
      continue;
    }
    const prepared = await readPrepared(ports, id);
    const record = prepared && wentBackOf(prepared, fate);
    if (record !== undefined) await wentBack.add({ ...record, after: (await generations.numbers()).at(-1) ?? 0 });
    await generations.discard(id);
  }
  await settleReceipts(ports, filed);
  await tidyGenerations(ports);
  return (await generations.numbers()).at(-1);
}

/** A run that was killed while it wrote the file has left a part of it, before it changed a rule: there is nothing to record then, and nothing to stop for. */
async function readPrepared({ generations }: Ports, id: string): Promise<Generation | undefined> {
  try {
    return await generations.readPrepared(id);
  } catch (error) {
    if (error instanceof FwError && error.code === 'generation.unreadable') return undefined;
    throw error;
  }
}

/**
 * Gives every prepared receipt the fate of its apply. A receipt only records what is done and decides nothing, so whatever goes wrong here
 * is left to the next run. `kept` has the generations that were filed just now, by the id of their journal.
 */
async function settleReceipts(ports: Ports, kept: ReadonlyMap<string, number>): Promise<void> {
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

/** Gives every prepared record of generation 0 the fate of its apply: the record when that was kept, gone when it went back. */
export async function settleBefore({ before, journal }: Pick<Ports, 'before' | 'journal'>): Promise<void> {
  for (const id of [...(await before.prepared())].sort()) {
    const fate = await journal.fateOf(id);
    if (fate?.kind === 'pending' || fate?.kind === 'unfinished') continue;
    if (fate?.kind === 'ended' && fate.outcome !== 'rolled-back') await before.keep(id);
    else await before.discard(id);
  }
}
