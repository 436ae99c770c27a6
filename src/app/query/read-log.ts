import { type LoggedGeneration, type LogRecords, listEvents } from '../../core/event-log/list-events.ts';
import type { LogEvent } from '../../core/event-log/types.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { nextOf } from '../../core/journal/next.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';
import { listWentBack } from '../generations/list-history.ts';
import { readMoment } from '../live/read-moment.ts';
import { standingOf } from '../recover/standing-of.ts';
import { deadlineByClock } from './deadline-by-clock.ts';

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
    unfinished: await withStanding(ports, await journal.unfinished()),
    forgotten,
    refusals: await eventLog.refusals(),
    told: await eventLog.told(),
  });
  return { events, unread };
}

/** A journal says of an apply that it waits also after a return of which a full disk took no line, and after its time is over. */
async function withStanding(ports: Ports, runs: readonly RunState[]): Promise<LogRecords['unfinished']> {
  const moment = await readMoment(ports);
  const known: LogRecords['unfinished'][number][] = [];
  for (const run of runs) {
    if (run.state.kind !== 'pending') {
      known.push(run);
      continue;
    }
    const next = nextOf(run, moment);
    const { kind } = await standingOf(ports, run);
    if (kind === 'not live') known.push({ ...run, standing: 'nothing of it is live; only its journal has not ended' });
    else if (next.kind !== 'wait')
      known.push({ ...run, standing: 'its time is over; fw status tells whether it is back' });
    else
      known.push({
        ...run,
        state: { ...run.state, deadline: deadlineByClock(run.state.deadline, next.milliseconds, moment) },
      });
  }
  return known;
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
