import type { Ports } from '../ports.ts';

/**
 * Gives every prepared generation its fate, as its journal tells: kept when the apply was kept, gone when it was rolled back.
 * It is the last part of every apply, confirm and recovery, so a crash between the two only delays it. Resolves to the newest number.
 */
export async function settleGenerations({ generations, journal }: Ports): Promise<number | undefined> {
  for (const id of [...(await generations.prepared())].sort()) {
    const run = await journal.read(id);
    if (run?.state.kind === 'pending' || run?.state.kind === 'unfinished') continue;
    const kept = run?.state.kind === 'ended' && run.state.outcome !== 'rolled-back';
    if (kept) await generations.keep(id);
    else await generations.discard(id);
  }
  return (await generations.numbers()).at(-1);
}
