import { copyName } from '../core/sets/compile-set.ts';
import type { LiveSet, SetStep } from '../core/sets/types.ts';
import type { Kernel } from '../ports.ts';
import { readSets } from './read-sets.ts';

export type StepSet = { readonly live: LiveSet | undefined; readonly hasCopy: boolean };

/** What the sets of some steps are now, and whether the copies that swap names with them are there. */
export async function readStepSets(kernel: Kernel, steps: readonly SetStep[]): Promise<readonly StepSet[]> {
  const found: StepSet[] = [];
  for (const { namespace, set } of steps) {
    const copy = copyName(set);
    const [live = []] = await readSets(kernel, [{ namespace, owners: [], declared: [set, copy] }]);
    found.push({
      live: live.find(({ name }) => name === set),
      hasCopy: live.some(({ name }) => name === copy),
    });
  }
  return found;
}
