import { FwError } from '../core/errors.ts';
import type { RunState } from '../core/journal/fold.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import type { Ports } from '../ports.ts';
import { rollBack } from './roll-back.ts';

/**
 * Brings every unfinished apply of the data folder back, newest first, and verifies it. The caller holds the lock, so whoever wrote
 * the journal is gone. Resolves to what was brought back; an apply that waits for its confirmation is left alone.
 * Throws `apply.broken` when something could not be brought back; its journal stays unfinished.
 */
export async function recover(ports: Ports): Promise<readonly RunState[]> {
  const found = (await ports.journal.unfinished()).filter((run) => run.state.kind === 'unfinished');
  for (const run of [...found].reverse()) await recoverRun(ports, run);
  return found;
}

/** Brings one apply back, whatever its state: also a pending one whose time is up. */
export async function recoverRun(ports: Ports, run: RunState): Promise<void> {
  const steps = run.steps.map(({ step, before, after }) => ({ step, before: before ?? undefined, after }));
  const { failed } = await rollBack(ports.kernel, steps, ports.report);
  const journal = await ports.journal.open(run.id);
  const at = ports.clock.now().toISOString();
  await journal.append({ kind: 'end', at, outcome: failed.length === 0 ? 'rolled-back' : 'broken' });
  if (failed.length === 0) return;
  throw new FwError('apply.broken', `the apply ${run.id} could not be brought back`, {
    firewall: 'not proven: the way back failed',
    said: failed.map(({ step, said }) => `${stepLabel(step)}: ${said}`).join('\n'),
    next: `Page a human. Journal: ${ports.journal.pathOf(run.id)}. fw recover tries again.`,
  });
}
