import { findDeadRuns } from '../app/find-dead-runs.ts';
import type { Ports } from '../ports.ts';

const WHY = {
  died: 'died half-way. Live rules may be between two states',
  'not confirmed': 'was not confirmed in time and is not back',
  booted: 'was not confirmed before the machine was booted anew, and is not back',
} as const;

/** Tells on standard error that nobody brings an apply back: every command that looks at the firewall says so. */
export async function warnUnfinished(ports: Ports): Promise<void> {
  const { unfinished, pending, elsewhere } = await findDeadRuns(ports);
  for (const { run, why } of unfinished) {
    const place = elsewhere.get(run.id);
    const next = place === undefined ? 'Bring it back:  fw recover' : `${place.what}. ${place.next}`;
    process.stderr.write(`Warning: the apply ${run.id} of ${run.operator} ${WHY[why]}. ${next}\n`);
  }
  for (const { run } of pending) {
    const place = elsewhere.get(run.id);
    const next = place === undefined ? 'Give it another:  fw recover' : `${place.what}. ${place.next}`;
    process.stderr.write(
      `Warning: the apply ${run.id} of ${run.operator} waits to be confirmed, and its watchdog is gone: nobody would bring it back. ${next}\n`,
    );
  }
}
