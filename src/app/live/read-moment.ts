import type { Moment } from '../../core/journal/next.ts';
import type { Ports } from '../../ports/ports.ts';

/** Which boot it is, and the time in it. */
export async function readMoment({ journal, clock }: Pick<Ports, 'journal' | 'clock'>): Promise<Moment> {
  return { boot: await journal.bootId(), uptime: clock.uptime(), now: clock.now() };
}
