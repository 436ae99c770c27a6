import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { PlanReport } from '../../core/report/types.ts';
import type { Draw } from '../graph/graphviz.ts';
import { foldPlan } from '../plan/group-alike.ts';
import { quantity } from '../text/quantity.ts';
import { trafficItems } from '../traffic/traffic-items.ts';
import { afterSection, guardSection, warningItem } from './html/attention.ts';
import { changeSection } from './html/changes.ts';
import { drawingSection } from './html/drawings.ts';
import { html, type Markup, NONE } from './html/markup.ts';
import { printPage } from './html/page.ts';
import { footer, provenanceSection } from './html/provenance.ts';
import { openRoom } from './html/room.ts';
import { heading, namespaceRow, summarySection } from './html/summary.ts';
import { trafficNotice, trafficSection } from './html/traffic.ts';

/**
 * A saved plan as one page for reviewers and auditors. Guards, checks and provenance are always whole; of the rest as much as there is room for, and
 * what is left out is counted at the top. Without `draw` there are no drawings.
 */
export function printHtml(report: PlanReport, { draw }: { readonly draw?: Draw | undefined }): string {
  const { plan, host, traffic, diagnostics } = report;
  const groups = foldPlan(plan);
  const room = openRoom(LIMITS.htmlPage.most);
  const whole = { head: heading(report), guards: guardSection(report), after: afterSection(report) };
  const made = provenanceSection(report);
  if (!room.take([...Object.values(whole), made])) throw tooLarge();
  const rows = room.fill(groups, namespaceRow);
  const warnings = room.fill(diagnostics, warningItem);
  const packets = trafficItems(traffic ?? [], Number.POSITIVE_INFINITY);
  const items = room.fill(packets, trafficNotice);
  const changes = changeSection(groups, room);
  const drawings = draw === undefined ? { section: NONE, left: 0 } : drawingSection(plan, groups, draw, room);
  const left = leftOut([
    [rows.left, 'row of the summary', 'rows of the summary'],
    [warnings.left, 'warning', 'warnings'],
    [items.left, 'item of traffic', 'items of traffic'],
    [changes.left, 'change', 'changes'],
    [drawings.left, 'drawing', 'drawings'],
  ]);
  const sections: readonly (readonly [id: string, title: string, section: Markup])[] = [
    ['summary', 'Summary', summarySection(groups, rows.parts)],
    ['guards', 'Guards', whole.guards],
    ['traffic', 'Traffic', trafficSection(traffic, packets.slice(0, items.parts.length))],
    ['warnings', 'Warnings', warningSection(warnings.parts)],
    ['changes', 'Changes', changes.section],
    ['graph', 'Graph', drawings.section],
    ['after', 'After the apply', whole.after],
    ['provenance', 'Provenance', made],
  ];
  const present = sections.filter(([, , section]) => section !== NONE);
  const body = html`<a class="skip" href="#main">Skip to the plan</a>
<header>${whole.head}${left}<nav aria-label="Parts of this page"><ul>${present.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
<main id="main" tabindex="-1">
${present.map(([, , section]) => section)}</main>
${footer(report)}`;
  return printPage(`fw plan: ${host}`, body);
}

function warningSection(items: readonly Markup[]): Markup {
  if (items.length === 0) return NONE;
  return html`<section id="warnings"><h2>Warnings</h2>
${items}</section>
`;
}

function leftOut(counts: readonly (readonly [count: number, one: string, many: string])[]): Markup {
  const parts = counts.flatMap(([count, one, many]) => (count === 0 ? [] : [quantity(count, one, many)]));
  if (parts.length === 0) return NONE;
  return html`<p class="notice remove"><strong>This page does not show everything.</strong> Without room here, or too large to draw: ${parts.join(', ')}. <code>fw show FILE --full</code> shows all of the plan.</p>
`;
}

function tooLarge(): FwError {
  return new FwError(
    'usage',
    `the guards, checks and provenance of the plan alone are larger than a page may be (${LIMITS.htmlPage.most} bytes)`,
    {
      next: 'Look at it with fw show FILE --full, or as --format lines.',
    },
  );
}
