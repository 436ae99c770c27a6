import { FwError } from '../../core/diagnostics/errors.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * Proves that a watchdog would bring the apply back, or arms one that would. Throws `apply.no-watchdog` where neither can be done: then nothing of it may
 * stay.
 */
export async function ensureWatched(
  { watchdog }: Pick<Ports, 'watchdog'>,
  id: string,
  confirmSeconds: number | undefined,
): Promise<void> {
  if (await watchdog.isAlive(id)) return;
  await watchdog.arm(id, confirmSeconds);
  // Who starts it may say that it runs, and it has ended by then.
  if (await watchdog.isAlive(id)) return;
  throw new FwError('apply.no-watchdog', 'the watchdog was started and is not there');
}
