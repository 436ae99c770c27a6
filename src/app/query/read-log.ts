import { type LoggedGeneration, listEvents } from '../../core/event-log/list-events.ts';
import type { LogEvent } from '../../core/event-log/types.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';
import { listWentBack } from '../generations/list-history.ts';

/** What is known of what happened, and what could not be read. */
export type ReadLog = { readonly events: readonly LogEvent[]; readonly unread: readonly string[] };

/**
 * Everything that the data folder keeps of what happened, oldest first. Each event is told from the record that decides about it: generations and their receipts, journals,
 * the records of what went back and of what was refused. Only reads.
 */
export async function readLog(ports: Ports): Promise<ReadLog> {
  const { journal, eventLog } = ports;
  const unread: string[] = [];
  const kept: LoggedGeneration[] = [];
  for await (const one of keptGenerations(ports)) kept.push(await readGeneration(ports, one, unread));
  const forgotten: { journal: string; at: string }[] = [];
  for (const id of await journal.ended()) {
    const fate = await journal.fateOf(id);
    if (fate?.kind === 'ended' && fate.outcome === 'forgotten') forgotten.push({ journal: id, at: fate.at });
  }
  const events = listEvents({
    generations: kept,
    wentBack: await listWentBack(ports),
    unfinished: await journal.unfinished(),
    forgotten,
    refusals: await eventLog.refusals(),
    told: await eventLog.told(),
  });
  return { events, unread };
}

async function readGeneration(
  { receipts, journal }: Ports,
  { number, generation }: NumberedGeneration,
  unread: string[],
): Promise<LoggedGeneration> {
  const receipt = await receipts.read(number).catch((error: unknown) => {
    unread.push(`receipt ${number} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  const fate = await journal.fateOf(generation.journal).catch(() => undefined);
  return {
    number,
    generation,
    ...(receipt === undefined ? {} : { verified: { at: receipt.at, deadline: receipt.confirm.deadline } }),
    ...(fate === undefined ? {} : { fate }),
  };
}
