import { findPending } from '../../app/recover/find-pending.ts';
import type { Ports } from '../../ports/ports.ts';

/** Tells on standard error that the newest generation may not be the newest for long. */
export async function warnPending(ports: Ports): Promise<void> {
  const { waiting } = await findPending(ports);
  for (const { id, operator } of waiting) {
    process.stderr.write(
      `Warning: the apply ${id} of ${operator} waits to be confirmed. What it makes of the states is not shown yet.\n`,
    );
  }
}
