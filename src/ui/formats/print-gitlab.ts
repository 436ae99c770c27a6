import { summaryOf } from '../../core/document/summary-of.ts';
import type { PlanReport } from '../../core/document/types.ts';
import { jsonText } from '../../core/json-text.ts';

/** The report that the merge request widget of GitLab reads (`artifacts:reports:terraform`). Moves and policies are updates. */
export function printGitlab({ plan }: PlanReport): string {
  const { add, change, move, remove, policies } = summaryOf(plan);
  return `${jsonText({ create: add, update: change + move + policies, delete: remove })}\n`;
}
