import { summaryOf } from '../../core/document/summary-of.ts';
import type { PlanReport } from '../../core/document/types.ts';
import { jsonText } from '../../core/json-text.ts';

/** The report that the merge request widget of GitLab reads (`artifacts:reports:terraform`). Moves and policies are updates; a set counts as one. */
export function printGitlab({ plan }: PlanReport): string {
  const { add, change, move, remove, policies, sets_added, sets_changed, sets_removed } = summaryOf(plan);
  const update = change + move + policies + sets_changed;
  return `${jsonText({ create: add + sets_added, update, delete: remove + sets_removed })}\n`;
}
