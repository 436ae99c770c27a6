import { FwError } from '../../core/diagnostics/errors.ts';
import { stepLabel } from '../../core/plan/step-label.ts';
import type { Step } from '../../core/plan/types.ts';
import { isAfter, isBefore } from '../../core/sets/check-step.ts';
import { printSetEdits } from '../../core/sets/ipset/print-set-edits.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { isRestored } from '../../core/sets/is-restored.ts';
import { refreshSet } from '../../core/sets/refresh-set.ts';
import { undoSet } from '../../core/sets/undo-set.ts';
import type { Kernel, Ports } from '../../ports/ports.ts';
import { readStepSets, type StepSet } from '../live/read-step-sets.ts';
import { findSetUsers } from '../recover/find-set-users.ts';
import { ATTEMPTS, type Driver } from './driver.ts';
import { rehearseSets } from './rehearse-sets.ts';

/** Steps for sets, by `ipset restore`. What others have in a set stays, see `refreshSet` and `undoSet`. */
export const setDriver: Driver<SetStep, SetStep, StepSet> = {
  read: readStepSets,
  isAt: (step, { live }) => isBefore(step, live),
  rehearse: async (kernel, steps, live) => {
    const fresh = steps.map((step, at) => refreshSet(step, live[at]?.live));
    await rehearseSets(kernel, fresh);
    return fresh;
  },
  run,
  verify: async (kernel, steps) => {
    const live = await readStepSets(kernel, steps);
    const wrong = steps.find((step, at) => !isAfter(step, live[at]?.live));
    if (wrong === undefined) return [];
    throw new FwError('apply.moved', `${stepLabel(wrong)}: the live set differs from the plan after the apply`);
  },
  rollBack,
};

/** One after the other: a list may hold a set of the step before. */
async function run(
  { kernel, report }: Ports,
  steps: readonly SetStep[],
  begun: Step[],
  stop: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    if (stop.aborted) throw stop.reason;
    begun.push(step);
    report({ kind: 'step.start', step });
    const ran = await kernel.restoreSets(step.namespace, printSetEdits(step.edits));
    if (ran.exitCode !== 0) {
      const output = ran.stderr.trim();
      report({ kind: 'step.failed', step, output });
      throw new FwError('kernel.rejected', `${stepLabel(step)}: ipset restore failed with exit code ${ran.exitCode}`, {
        output,
      });
    }
    report({ kind: 'step.done', step });
  }
}

/** What the step changed in the set is as it was, see `isRestored`. */
async function rollBack(kernel: Kernel, step: SetStep): Promise<string | undefined> {
  let output = '';
  // One look more than there are writes.
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const [found] = await readStepSets(kernel, [step]);
      const back = undoSet(step, found?.live, found?.hasCopy === true);
      if (back.length === 0) return isRestored(step, found?.live) ? undefined : 'the set is not as before';
      if (attempt === ATTEMPTS) break;
      for (const edits of back) {
        const ran = await kernel.restoreSets(step.namespace, printSetEdits(edits));
        if (ran.exitCode !== 0) output = ran.stderr.trim();
      }
    } catch (error) {
      output = error instanceof Error ? error.message : String(error);
      const { namespace } = step;
      if (namespace.kind === 'named' && !(await kernel.namespaces()).includes(namespace.name)) return undefined;
    }
  }
  return output === '' ? 'the live set keeps changing' : `${output}${await whyInUse(kernel, step, output)}`;
}

/** A set that the apply made, and that others name since, cannot go before their rules do. */
async function whyInUse(kernel: Kernel, { namespace, set }: SetStep, output: string): Promise<string> {
  if (!output.includes('in use')) return '';
  const rules = await findSetUsers(kernel, namespace, set).catch(() => []);
  if (rules.length === 0) return '';
  return `\n${set} is named by rules that this apply did not write; when they are gone it can go too:\n${rules.join('\n')}`;
}
