import type { Ports } from '../../ports/ports.ts';
import { readStatus, type Status } from '../query/read-status.ts';

/**
 * Applies whose rules may be live and are not kept: they died or ran out of time, wait to be confirmed, or are being made by the run that is at work. None where
 * this user may not look: then it is not theirs to recover either.
 */
export async function findUnkeptRuns(
  ports: Ports,
): Promise<Pick<Status, 'unfinished' | 'pending' | 'atWork' | 'elsewhere' | 'holder'>> {
  if (ports.kernel.isPrivileged()) return readStatus(ports);
  return { unfinished: [], pending: [], atWork: [], elsewhere: new Map(), holder: undefined };
}
