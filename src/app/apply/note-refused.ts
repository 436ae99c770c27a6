import { FwError } from '../../core/diagnostics/errors.ts';
import { shortText } from '../../core/journal/short-text.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ApplyOptions } from './options.ts';

/**
 * Keeps for `fw log` that an apply ended before it wrote anything. What went back is in the records of its journal. Never throws: the error is told all the same.
 */
export async function noteRefused(
  { eventLog, clock }: Pick<Ports, 'eventLog' | 'clock'>,
  { operator, state }: Pick<ApplyOptions, 'operator' | 'state'>,
  error: unknown,
): Promise<void> {
  if (!(error instanceof FwError) || error.firewall !== 'unchanged') return;
  const { code, message } = error;
  const said = shortText(message);
  await eventLog.refuse({ at: clock.now().toISOString(), operator, state, code, said }).catch(() => undefined);
}
