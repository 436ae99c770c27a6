import type { Ports } from '../../ports/ports.ts';
import { warn } from './warn.ts';

/** For commands that bring something back: what keeps new work from a data folder is no obstacle to them, but is reported. */
export async function warnOfFolder(ports: Ports): Promise<void> {
  const fault = await ports.dataFolder.fault();
  if (fault !== undefined) warn(`${fault.message}. No apply begins before that is mended. ${fault.next}`);
}
