import { wentBackOf } from '../../core/journal/went-back.ts';
import type { Ports } from '../../ports/ports.ts';
import { pruneGenerations } from './prune-generations.ts';
import { settleBefore } from './settle-before.ts';
import { settleReceipts } from './settle-receipts.ts';

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
    const record = wentBackOf(await generations.readPrepared(id), fate);
    if (record !== undefined) await wentBack.add(record);
    await generations.discard(id);
  }
  await settleReceipts(ports, filed);
  if (filed.size > 0) await pruneGenerations(ports);
  return (await generations.numbers()).at(-1);
}
