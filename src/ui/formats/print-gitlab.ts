import { summaryOf } from '../../core/report/summary-of.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { cleanText } from '../text/clean-text.ts';
import { type TrafficItem, trafficItems } from '../traffic/traffic-items.ts';
import { trafficSentence } from '../traffic/traffic-words.ts';

/** The report that the merge request widget of GitLab reads (`artifacts:reports:terraform`). Moves and policies are updates; a set counts as one. The widget shows counts only; `checks` has
 * the checks in full for a reader who opens the file, and `traffic` what becomes of traffic. */
export function printGitlab({ plan, checks, traffic = [] }: PlanReport): string {
  const { add, change, move, remove, policies, sets_added, sets_changed, sets_removed } = summaryOf(plan);
  const update = change + move + policies + sets_changed;
  const counts = { create: add + sets_added, update, delete: remove + sets_removed };
  const texts = checksToRun({ plan, checks })
    .map(checkText)
    .map(({ what, terms }) => cleanText(`${what}; ${terms}`, true));
  const packets = traffic.length === 0 ? [] : [trafficSentence(traffic), ...trafficItems(traffic).map(itemText)];
  const also = {
    ...(texts.length === 0 ? {} : { checks: texts }),
    ...(packets.length === 0 ? {} : { traffic: packets }),
  };
  return `${jsonText({ ...counts, ...also })}\n`;
}

function itemText({ title, lines, origin = '' }: TrafficItem): string {
  return cleanText([`${title}: ${lines.join('; ')}`, ...(origin === '' ? [] : [origin])].join('; '), true);
}
