import { printSetEdits } from '../core/restore/print-set-edits.ts';
import { isRestored } from '../core/sets/is-restored.ts';
import type { SetStep } from '../core/sets/types.ts';
import { undoSet } from '../core/sets/undo-set.ts';
import type { Kernel } from '../ports.ts';
import { readStepSets } from './read-step-sets.ts';

/** Others may write between our reading and our writing; then both are done again, this often. */
const ATTEMPTS = 5;

/** Brings one set back, proven by reading it: what the step changed in it is as it was, see `isRestored`. Undefined when it is, else why it is not. Never throws for what the kernel answers. */
export async function undoSetStep(kernel: Kernel, step: SetStep): Promise<string | undefined> {
  let said = '';
  // One look more than there are writes.
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const [found] = await readStepSets(kernel, [step]);
      const back = undoSet(step, found?.live, found?.hasCopy === true);
      if (back.length === 0) return isRestored(step, found?.live) ? undefined : 'the set is not as before';
      if (attempt === ATTEMPTS) break;
      for (const edits of back) {
        const ran = await kernel.restoreSets(step.namespace, printSetEdits(edits));
        if (ran.exitCode !== 0) said = ran.stderr.trim();
      }
    } catch (error) {
      said = error instanceof Error ? error.message : String(error);
      const { namespace } = step;
      if (namespace.kind === 'named' && !(await kernel.namespaces()).includes(namespace.name)) return undefined;
    }
  }
  return said === '' ? 'the live set keeps changing' : said;
}

/**
 * Sets that rules of before may name and that are not there: destroyed by the change, or by another program meanwhile. They must be back before the
 * rules are.
 */
export async function remakeSets(kernel: Kernel, steps: readonly SetStep[]): Promise<void> {
  const wanted = steps.filter(({ headers }) => headers.before !== undefined);
  for (const step of wanted) {
    const [found] = await readStepSets(kernel, [step]).catch(() => []);
    if (found !== undefined && found.live === undefined) await undoSetStep(kernel, step);
  }
}
