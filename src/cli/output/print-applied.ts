import type { Applied } from '../../app/apply/apply.ts';
import type { Rejected } from '../../app/recover/reject.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { endedLines } from '../../ui/answers/ended-lines.ts';
import { pendingSentence } from '../../ui/answers/pending-lines.ts';
import type { PlanWords } from '../../ui/plan/plan-text.ts';
import { appliedSentence, totalsOf } from '../../ui/plan/totals.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import type { Run } from './run.ts';
import { type ShowOptions, showPlan } from './show-plan.ts';
import { warnUnrecorded } from './warn.ts';

export const FORGET_WORDS: Pick<PlanWords, 'none'> = {
  none: () => 'No changes. No rule of the state is live',
};

/** The last lines of an apply: what was done, in the numbers of the plan, or that nothing had to be. With --json the stream tells it. */
export function printApplied(
  { screen, facts }: Run,
  applied: Applied,
  options: { readonly json: boolean; readonly dataDir: string } & Pick<ShowOptions, 'verb' | 'words'>,
): void {
  const { made, generation, pending, unfiled, isRecorded = false, ended, toEnd } = applied;
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
      ...showPlan(made, facts, { ...options, full: false, traffic: 'none', seconds, findings: [] }),
      ...(isRecorded ? [`Recorded as generation ${generation}: what drift, blame and a boot compare with.`] : []),
    ]);
  } else {
    screen.printLines([
      `${appliedSentence(totalsOf(made.plan))}${generation === undefined ? '' : `  Generation ${generation}.`}`,
      ...(ended === undefined ? [] : endedLines(ended)),
      ...(toEnd === undefined ? [] : [`Connections: fw confirm ends ${toEnd} that the rules refuse.`]),
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

/** What became of a pending apply that was rejected: it is back. */
export function printRejected(
  { screen }: Pick<Run, 'screen'>,
  rejected: Rejected,
  options: { readonly json: boolean; readonly where: string },
): void {
  const { id, why, isUndone, notes, unrecorded } = rejected;
  if (unrecorded !== undefined) warnUnrecorded(id, unrecorded, `fw confirm --reject ${id}${options.where}`);
  if (options.json) process.stdout.write(`${jsonText({ type: 'result', exit_code: 0, rolled_back: id, why })}\n`);
  else if (isUndone) screen.printLines([`The apply ${id} is rolled back and verified (${why}).`, ...notes]);
  else screen.printLines([`The machine was booted since: nothing of the apply ${id} is live.`]);
}

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
