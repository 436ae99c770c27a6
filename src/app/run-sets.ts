import { FwError } from '../core/errors.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { printSetEdits } from '../core/restore/print-set-edits.ts';
import { isAfter, isBefore } from '../core/sets/check-step.ts';
import { refreshSet } from '../core/sets/refresh-set.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { Kernel, Ports } from '../ports.ts';
import { readStepSets } from './read-step-sets.ts';

/**
 * Carries out changes of sets, one after the other. A step is added to `begun` before it starts, so the caller knows what may have
 * happened when this throws.
 */
export async function runSets(
  { kernel, report }: Ports,
  steps: readonly SetStep[],
  begun: SetStep[],
  stop: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    if (stop.aborted) throw stop.reason;
    begun.push(step);
    report({ kind: 'step.start', step });
    const ran = await kernel.restoreSets(step.namespace, printSetEdits(step.edits));
    if (ran.exitCode !== 0) {
      const said = ran.stderr.trim();
      report({ kind: 'step.failed', step, said });
      throw new FwError('kernel.rejected', `${stepLabel(step)}: ipset restore failed with exit code ${ran.exitCode}`, {
        said,
      });
    }
    report({ kind: 'step.done', step });
  }
}

/** Throws `apply.moved` when a set is not what its step starts from. Resolves to the steps with what others have in their sets by now. */
export async function checkSetsUnmoved(kernel: Kernel, steps: readonly SetStep[]): Promise<readonly SetStep[]> {
  const live = await readStepSets(kernel, steps);
  const moved = steps.find((step, at) => !isBefore(step, live[at]?.live));
  if (moved !== undefined) throw new FwError('apply.moved', `${stepLabel(moved)} changed after the plan was made`);
  return steps.map((step, at) => refreshSet(step, live[at]?.live));
}

/** Reads every changed set back: it must be as planned. */
export async function verifySets(kernel: Kernel, steps: readonly SetStep[]): Promise<void> {
  const live = await readStepSets(kernel, steps);
  const wrong = steps.find((step, at) => !isAfter(step, live[at]?.live));
  if (wrong !== undefined) {
    throw new FwError('apply.moved', `${stepLabel(wrong)}: the live set differs from the plan after the apply`);
  }
}
