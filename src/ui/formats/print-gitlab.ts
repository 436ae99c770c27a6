import { listChanges } from '../../core/plan/view/list-changes.ts';
import type { ResourceChange } from '../../core/plan/view/types.ts';
import { summaryOf } from '../../core/report/summary-of.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { type ConnectionItem, connectionItems } from '../plan/connection-items.ts';
import { cleanText } from '../text/clean-text.ts';
import { type TrafficItem, trafficItems } from '../traffic/traffic-items.ts';
import { trafficSentence } from '../traffic/traffic-words.ts';
import { changeText, isInUse, isOfPolicy } from './change-text.ts';

/** The report that the merge request widget of GitLab reads (`artifacts:reports:terraform`). Moves and policies are updates; a set counts as one. The widget shows counts only; for a reader
 * who opens the file `warnings` has what GitHub shows as warnings, `checks` the checks in full, `traffic` what becomes of traffic, and `connections` of those that run. */
export function printGitlab(report: PlanReport): string {
  const { plan, checks, diagnostics, traffic = [] } = report;
  const { add, change, move, remove, policies, sets_added, sets_changed, sets_removed } = summaryOf(plan);
  const update = change + move + policies + sets_changed;
  const counts = { create: add + sets_added, update, delete: remove + sets_removed };
  const texts = checksToRun({ plan, checks })
    .map(checkText)
    .map(({ what, terms }) => cleanText(`${what}; ${terms}`, true));
  const items = trafficItems(traffic);
  const connections = connectionItems(report);
  const changes = listChanges(plan);
  const warnings = [
    ...changes.filter(isOfPolicy).map(changeLine),
    ...items.filter(({ kind }) => kind === 'opened' || kind === 'closed').map(itemText),
    ...connections.filter(({ isGrave }) => isGrave).map(itemText),
    ...diagnostics.map(({ code, summary }) => cleanText(`${code}: ${summary}`, true)),
    ...changes.filter(isInUse).map(changeLine),
  ];
  const packets = traffic.length === 0 ? [] : [trafficSentence(traffic), ...items.map(itemText)];
  const running = connections.map(itemText);
  const also = {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(texts.length === 0 ? {} : { checks: texts }),
    ...(packets.length === 0 ? {} : { traffic: packets }),
    ...(running.length === 0 ? {} : { connections: running }),
  };
  return `${jsonText({ ...counts, ...also })}\n`;
}

function changeLine(change: ResourceChange): string {
  const { title, message } = changeText(change);
  return `${title}: ${message}`;
}

function itemText({ title, lines, origin = '' }: TrafficItem | ConnectionItem): string {
  return cleanText([`${title}: ${lines.join('; ')}`, ...(origin === '' ? [] : [origin])].join('; '), true);
}
