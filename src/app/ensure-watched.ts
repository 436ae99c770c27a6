import type { Ports } from '../ports.ts';

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
}
