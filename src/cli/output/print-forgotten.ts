import type { Applied } from '../../app/apply/apply-state.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/has-changes.ts';
import type { PlanWords } from '../../ui/plan/plan-text.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import type { Run } from '../run/with-screen.ts';
import { printApplied } from './print-applied.ts';

export const FORGET_WORDS: Pick<PlanWords, 'none'> = {
  none: () => 'No changes. No rule of the state is live',
};

/** Throws where no live rule had to change and the record could not be written: then nothing was forgotten, and no later run does it. */
export function checkForgotten({ made, unfiled }: Applied): void {
  if (hasChanges(made.plan) || unfiled === undefined) return;
  throw new FwError('env.data-folder', 'the state could not be taken out of the record', { output: unfiled });
}

/** The last lines of a state that was forgotten with its rules. */
export function printForgotten(
  run: Run,
  applied: Applied,
  options: { readonly json: boolean; readonly dataDir: string; readonly verb: string; readonly name: string },
): void {
  if (hasChanges(applied.made.plan)) printApplied(run, applied, options);
  if (options.json) return;
  const state = cleanText(options.name, true);
  run.screen.printLines([
    applied.pending === undefined
      ? `The state ${state} is forgotten${applied.generation === undefined ? '' : `, by generation ${applied.generation}`}. fw rollback brings it back.`
      : `The state ${state} is forgotten once this is confirmed.`,
  ]);
}
