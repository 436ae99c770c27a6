import { summaryOf } from '../../core/report/summary-of.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { cleanText } from '../text/clean-text.ts';

/** The report that the merge request widget of GitLab reads (`artifacts:reports:terraform`). Moves and policies are updates; a set counts as one. The widget shows counts only; `checks` has
 * the checks in full for a reader who opens the file. */
export function printGitlab({ plan, checks }: PlanReport): string {
  const { add, change, move, remove, policies, sets_added, sets_changed, sets_removed } = summaryOf(plan);
  const update = change + move + policies + sets_changed;
  const counts = { create: add + sets_added, update, delete: remove + sets_removed };
  const texts = checksToRun({ plan, checks })
    .map(checkText)
    .map(({ what, terms }) => cleanText(`${what}; ${terms}`, true));
  return `${jsonText(texts.length === 0 ? counts : { ...counts, checks: texts })}\n`;
}
