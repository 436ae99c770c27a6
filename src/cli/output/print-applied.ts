import type { Applied } from '../../app/apply/apply-state.ts';
import { hasChanges } from '../../core/plan/has-changes.ts';
import { pendingSentence } from '../../ui/answers/pending-lines.ts';
import { appliedSentence, totalsOf } from '../../ui/plan/totals.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import type { Run } from '../run/with-screen.ts';
import { type ShowOptions, showPlan } from './show-plan.ts';

/** The last lines of an apply: what was done, in the numbers of the plan, or that nothing had to be. With --json the stream tells it. */
export function printApplied(
  { screen, facts }: Run,
  applied: Applied,
  options: { readonly json: boolean; readonly dataDir: string } & Pick<ShowOptions, 'verb' | 'words'>,
): void {
  const { made, generation, pending, unfiled, isRecorded = false } = applied;
  if (unfiled !== undefined) {
    // Where nothing was applied there is no journal from which the next run could file it.
    process.stderr.write(
      hasChanges(made.plan)
        ? `Warning: the generation is not filed yet; the next run files it (${unfiled}).\n`
        : `Warning: what is live could not be recorded as a generation; the next apply tries again (${unfiled}).\n`,
    );
  }
  if (options.json) return;
  const where = inFolder(options.dataDir);
  if (!hasChanges(made.plan)) {
    const seconds = performance.now() / 1000;
    screen.printLines([
      ...showPlan(made, facts, { ...options, full: false, seconds, findings: [] }),
      ...(isRecorded ? [`Recorded as generation ${generation}: what drift, blame and a boot compare with.`] : []),
    ]);
  } else {
    screen.printLines([
      `${appliedSentence(totalsOf(made.plan))}${generation === undefined ? '' : `  Generation ${generation}.`}`,
      ...(pending === undefined
        ? []
        : [
            pendingSentence(pending.seconds, pending.deadline),
            `Keep it:           fw confirm ${pending.id}${where}`,
            `Take it back now:  fw confirm --reject${where}`,
          ]),
    ]);
  }
}
