import { FwError } from '../core/errors.ts';
import type { Ports } from '../ports.ts';
import { type Recovery, recover, unrecordedError } from './recover.ts';
import { settleGenerations } from './settle-generations.ts';

/**
 * What comes before every change of a data folder, by whoever holds its lock: applies that died are brought back, and those that were kept are
 * filed. Throws `apply.pending` where one waits to be confirmed, which would become the newest generation without what comes now.
 */
export async function settleFolder(ports: Ports, recovered: (recovery: Recovery) => void): Promise<void> {
  const recovery = await recover(ports);
  if (recovery.rolledBack.length > 0) recovered(recovery);
  const [unrecorded] = recovery.unrecorded;
  if (unrecorded !== undefined) throw unrecordedError(unrecorded);
  checkNonePending(recovery);
  // What an apply left to be filed when it was cut off is what this one is planned beside.
  await settleGenerations(ports);
}

function checkNonePending({ pending: [run] }: Recovery): void {
  if (run?.state.kind !== 'pending') return;
  throw new FwError(
    'apply.pending',
    `the apply ${run.id} of ${run.operator} waits to be confirmed until ${run.state.deadline}`,
  );
}
