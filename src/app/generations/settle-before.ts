import type { Ports } from '../../ports/ports.ts';

/** Gives every prepared record of generation 0 the fate of its apply: the record when that was kept, gone when it went back. */
export async function settleBefore({ before, journal }: Pick<Ports, 'before' | 'journal'>): Promise<void> {
  for (const id of [...(await before.prepared())].sort()) {
    const fate = await journal.fateOf(id);
    if (fate?.kind === 'pending' || fate?.kind === 'unfinished') continue;
    if (fate?.kind === 'ended' && fate.outcome !== 'rolled-back') await before.keep(id);
    else await before.discard(id);
  }
}
