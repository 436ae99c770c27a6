import { countChanges, hasChanges } from '../../core/plan/count-changes.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { setText } from '../plan/set-text.ts';
import { planSentence, totalsOf } from '../plan/totals.ts';
import { cleanText } from '../text/clean-text.ts';
import { columns } from '../text/columns.ts';
import { trafficItems } from '../traffic/traffic-items.ts';
import { suppositions, trafficRemarks, trafficSentence } from '../traffic/traffic-words.ts';
import { aboutLines } from './about-lines.ts';

const HEAD = ['namespace', 'family', 'table', 'add', 'change', 'move', 'remove', 'policies', 'chains'];
const NUMBERS = new Set([3, 4, 5, 6, 7]);

/** How much changes where: a line for each table that changes, then the sentences of the plan and of its traffic, its checks in full and what it declares. */
export function printSummary(report: PlanReport): string {
  const { plan } = report;
  const about = aboutLines(report)
    .map((line) => `${line}\n`)
    .join('');
  const traffic = trafficTexts(report);
  if (!hasChanges(plan)) return `No changes.\n${about}`;
  const rows = tableSteps(plan).map((step) => {
    const { add, change, move, remove, policies, chainsAdded, chainsRemoved } = countChanges([step]);
    return [
      cleanText(namespaceLabel(step.namespace), true),
      step.family,
      step.table,
      ...[add, change, move, remove, policies].map(String),
      `+${chainsAdded} -${chainsRemoved}`,
    ];
  });
  const sets = setSteps(plan).map(
    (step) => `${cleanText(namespaceLabel(step.namespace), true)} set ${cleanText(setText(step), true)}`,
  );
  const tables = rows.length === 0 ? [] : columns([HEAD, ...rows], NUMBERS);
  return `${[...tables, ...sets, planSentence(totalsOf(plan)), ...traffic].join('\n')}\n${about}`;
}

/** The sentence, what it supposes, and a line for each thing that it counts. */
function trafficTexts({ traffic = [] }: PlanReport): readonly string[] {
  if (traffic.length === 0) return [];
  const items = trafficItems(traffic).map(({ title, lines, origin = '' }) =>
    cleanText(`  ${title}: ${lines.join('; ')}${origin === '' ? '' : `   ${origin}`}`, true),
  );
  const remarks = trafficRemarks(traffic).map((remark) => cleanText(remark, true));
  return [trafficSentence(traffic), ...suppositions(traffic), ...remarks, ...items];
}
