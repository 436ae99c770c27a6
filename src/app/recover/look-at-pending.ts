import type { RunState } from '../../core/journal/run-state.ts';
import { notAsBefore, notAsPlanned } from '../../core/ownership/compare-with-step.ts';
import { setsIn, tablesIn } from '../../core/plan/in-order.ts';
import { listChains } from '../../core/plan/list-chains.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import { isAfter } from '../../core/sets/check-step.ts';
import { isRestored } from '../../core/sets/is-restored.ts';
import type { Kernel } from '../../ports/ports.ts';
import { setDriver } from '../apply/set-driver.ts';
import { tableDriver } from '../apply/table-driver.ts';

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
export async function lookAtPending(kernel: Kernel, { steps }: Pick<RunState, 'steps'>): Promise<PendingLook> {
  const [tables, sets] = [tablesIn(steps), setsIn(steps)];
  const live = await tableDriver.read(kernel, tables);
  const liveSets = sets.length === 0 ? [] : await setDriver.read(kernel, sets);
  const looks: readonly Look[] = [
    ...tables.map((step, at) => {
      const wrong = notAsPlanned(step, live[at]);
      const differs = wrong.length === 0 ? undefined : `${stepLabel(step)}, ${listChains(wrong)}`;
      return { differs, isBack: wrong.length > 0 && notAsBefore(step, live[at]).length === 0 };
    }),
    ...sets.map((step, at) => {
      const isWrong = !isAfter(step, liveSets[at]?.live);
      return {
        differs: isWrong ? stepLabel(step) : undefined,
        isBack: isWrong && isRestored(step, liveSets[at]?.live),
      };
    }),
  ];
  return {
    isBack: looks.length > 0 && looks.every(({ isBack }) => isBack),
    differs: looks.flatMap(({ differs }) => differs ?? []),
  };
}

/** One step beside what is live: what of it is not as it was applied, and whether it is as it was before. */
type Look = { readonly differs: string | undefined; readonly isBack: boolean };
