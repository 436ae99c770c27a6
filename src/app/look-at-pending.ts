import type { RunState } from '../core/journal/fold.ts';
import { notAsBefore, notAsPlanned } from '../core/ownership/restored.ts';
import { listChains } from '../core/plan/list-chains.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { isAfter } from '../core/sets/check-step.ts';
import { isRestored } from '../core/sets/is-restored.ts';
import type { Kernel } from '../ports.ts';
import { readStepSets } from './read-step-sets.ts';
import { readTables } from './read-tables.ts';
import { changeOf } from './way-back.ts';

export type PendingLook = {
  /** Whether all of it is as it was before, and nothing as it was applied: it was taken back already. */
  readonly isBack: boolean;
  /** What is not as it was applied, each in a few words. */
  readonly differs: readonly string[];
};

/**
 * Compares what an apply changed with what is live now. A journal that still waits proves nothing about the rules: the disk may not have taken the
 * line of a return, and another program may have written since. Throws what reading throws.
 */
export async function lookAtPending(kernel: Kernel, { steps, sets = [] }: RunState): Promise<PendingLook> {
  const tables = steps.map(({ step, before, after }) => changeOf({ step, before: before ?? undefined, after }));
  const live = await readTables(
    kernel,
    steps.map(({ step }) => step),
  );
  const liveSets = sets.length === 0 ? [] : await readStepSets(kernel, sets);
  const ofTables = tables.map((change, at) => {
    const wrong = notAsPlanned(change, live[at]);
    return { wrong, isBack: wrong.length > 0 && notAsBefore(change, live[at]).length === 0 };
  });
  const ofSets = sets.map((step, at) => {
    const isWrong = !isAfter(step, liveSets[at]?.live);
    return { isWrong, isBack: isWrong && isRestored(step, liveSets[at]?.live) };
  });
  const all = [...ofTables, ...ofSets];
  return {
    isBack: all.length > 0 && all.every(({ isBack }) => isBack),
    differs: [
      ...steps.flatMap(({ step }, at) => {
        const wrong = ofTables[at]?.wrong ?? [];
        return wrong.length === 0 ? [] : [`${stepLabel(step)}, ${listChains(wrong)}`];
      }),
      ...sets.flatMap((step, at) => (ofSets[at]?.isWrong === true ? [stepLabel(step)] : [])),
    ],
  };
}
