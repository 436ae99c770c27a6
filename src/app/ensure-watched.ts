import type { Ports } from '../ports.ts';

/**
 * Proves that somebody would bring the apply back, or gets somebody who would. Throws `apply.no-watchdog` where neither can be done: then nothing of it may
 * stay.
 */
export async function ensureWatched(
  { watchdog }: Pick<Ports, 'watchdog'>,
  id: string,
  confirmSeconds: number | undefined,
): Promise<void> {
  if (await watchdog.isAlive(id)) return;
  await watchdog.arm(id, confirmSeconds);
}
