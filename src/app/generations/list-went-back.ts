import { type WentBack, wentBackOf } from '../../core/journal/went-back.ts';
import type { Ports } from '../../ports/ports.ts';

/** Applies that were rolled back, oldest first; also those that no run has filed yet, such as when the disk was full when they went back. */
export async function listWentBack({ wentBack, generations, journal }: Ports): Promise<readonly WentBack[]> {
  const filed = await wentBack.list();
  const known = new Set(filed.map((record) => record.journal));
  const fresh: WentBack[] = [];
  for (const id of [...(await generations.prepared())].sort()) {
    const fate = known.has(id) ? undefined : await journal.fateOf(id);
    if (fate?.kind !== 'ended' || fate.outcome !== 'rolled-back') continue;
    const record = wentBackOf(await generations.readPrepared(id), fate);
    if (record !== undefined) fresh.push(record);
  }
  return [...filed, ...fresh].sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));
}
