import type { Finding } from '../../../core/guards/finding.ts';
import { whereOf } from '../../../core/guards/finding.ts';
import { GUARDS } from '../../../core/guards/registry.ts';
import { hasChanges } from '../../../core/plan/count-changes.ts';
import type { PlacedDiagnostic, PlanReport } from '../../../core/report/types.ts';
import { namespaceLabel } from '../../../core/rules/namespace-label.ts';
import { checkText, headOf, noneRun } from '../../plan/check-text.ts';
import { endingTexts } from '../../plan/connection-items.ts';
import { familiesText } from '../../text/families-text.ts';
import { html, type Markup, NONE } from './markup.ts';

/** Guards that are closed, each with what it saw, and those that only an apply can judge. Always whole. */
export function guardSection({ findings, unjudged }: PlanReport): Markup {
  const titles = GUARDS.filter(({ id }) => unjudged.includes(id)).map(({ id, sarif }) => `${id} (${sarif})`);
  const later = titles.length === 0 ? NONE : html`<p class="soft">Judged by the apply: ${titles.join(', ')}.</p>`;
  const none = findings.length === 0 ? html`<p>No guard is closed.</p>` : NONE;
  return html`<section id="guards"><h2>Guards</h2>
${none}${findings.map(finding)}${later}</section>
`;
}

function finding(one: Finding): Markup {
  const { id, title, namespace, families, evidence, flag } = one;
  const where = whereOf(one).join(' ');
  return html`<div class="notice remove"><h3>${id} closed: ${title}</h3>
<p>${where === '' ? NONE : html`<code>${where}</code> in `}<code>${namespaceLabel(namespace)}</code> (${familiesText(families)}). An apply needs <code>${flag}</code>.</p>
<ul>${evidence.map((fact) => html`<li><code>${fact}</code></li>`)}</ul></div>
`;
}

/** What runs once the plan is applied, each check in full. */
export function afterSection({ plan, checks, connections = [] }: PlanReport): Markup {
  if (checks.length + connections.length === 0) return NONE;
  const texts = checks.map(checkText);
  const head = checks.length === 0 ? '' : hasChanges(plan) ? `${headOf(texts)}.` : noneRun(checks.length);
  const listed = hasChanges(plan) ? texts : [];
  return html`<section id="after"><h2>After the apply</h2>
${head === '' ? NONE : html`<p>${head}</p>`}
${listed.map(
  ({ what, terms, isCommand }) =>
    html`<div class="notice${isCommand ? ' warn' : ''}"><code>${what}</code><br><span class="soft">${terms}</span></div>\n`,
)}
${endingTexts({ connections }).map((text) => html`<p>${text}</p>`)}</section>
`;
}

export function warningItem({ code, summary, detail, range }: PlacedDiagnostic): Markup {
  const place = range === null ? NONE : html` <span class="soft">${range.filename}:${range.start.line}</span>`;
  return html`<div class="notice warn"><code>${code}</code>${place}<br>${summary}${detail === '' ? NONE : html`<br><span class="soft">${detail}</span>`}</div>
`;
}
