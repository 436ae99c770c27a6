import { findDeadRuns } from '../app/find-dead-runs.ts';
import type { Ports } from '../ports.ts';

/** Tells on standard error that an apply died half-way: every command that looks at the firewall says so. */
export async function warnUnfinished(ports: Ports): Promise<void> {
  for (const run of await findDeadRuns(ports)) {
    process.stderr.write(
      `Warning: the apply ${run.id} of ${run.operator} died half-way. Live rules may be between two states. Bring them back:  fw recover\n`,
    );
  }
}
