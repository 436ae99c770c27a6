import { hasChanges } from '../../../core/plan/count-changes.ts';
import type { PlanReport } from '../../../core/report/types.ts';
import { countSets } from '../../../core/sets/count-sets.ts';
import type { Group } from '../../plan/group-alike.ts';
import { recapOf } from '../../plan/recap.ts';
import { countGroup, planSentence, totalsOf } from '../../plan/totals.ts';
import { familiesText } from '../../text/families-text.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { sumTraffic } from '../../traffic/traffic-words.ts';
import { html, type Markup, NONE } from './markup.ts';

/** What a reader knows who reads nothing else. */
export function heading(report: PlanReport): Markup {
  const { plan, host, findings, diagnostics, traffic = [] } = report;
  const totals = totalsOf(plan);
  const sentence = hasChanges(plan) ? planSentence(totals).replaceAll('  ', ' ') : 'No changes.';
  const found = report.judge();
  const { opened, closed, other, notJudged } = sumTraffic(traffic);
  const chips = [
    ...(found === null ? [] : [chip('', `class ${found.class}`)]),
    ...(findings.length === 0 ? [] : [chip('remove', quantity(findings.length, 'closed guard'))]),
    ...(diagnostics.length === 0 ? [] : [chip('warn', quantity(diagnostics.length, 'warning'))]),
    ...(traffic.length === 0
      ? []
      : [
          chip('opened', `opens ${opened}`),
          chip('closed', `closes ${closed}`),
          chip('', `changes ${other} otherwise`),
        ]),
    ...(notJudged === 0 ? [] : [chip('warn', `${quantity(notJudged, 'path')} of traffic not judged`)]),
  ];
  return html`<h1>Firewall plan for <code>${host}</code></h1>
<p class="lead">${sentence}</p>
<ul class="chips">${chips}</ul>
`;
}

function chip(kind: string, text: string): Markup {
  return html`<li class="chip ${kind}">${text}</li>`;
}

/** What must not be missed, and how much changes where. `rows` are those of `namespaceRow`. */
export function summarySection(groups: readonly Group[], rows: readonly Markup[]): Markup {
  if (groups.length === 0) return NONE;
  const recap = recapOf(groups).map(({ label, text }) => html`<li><strong>${label}</strong> <code>${text}</code></li>`);
  return html`<section id="summary"><h2>Summary</h2>
${recap.length === 0 ? NONE : html`<div class="notice warn"><h3>Look at these first</h3><ul>${recap}</ul></div>`}
<div class="wide"><table class="numbers"><thead><tr><th scope="col">namespace</th><th scope="col">family</th><th scope="col">add</th><th scope="col">change</th><th scope="col">move</th><th scope="col">remove</th><th scope="col">policy</th><th scope="col">in use</th><th scope="col">sets</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="soft">Each number is of one namespace; a rule of both families counts twice. In use: removed or changed rules that carried traffic.</p></section>
`;
}

/** Namespaces that change alike, in a row. */
export function namespaceRow(group: Group): Markup {
  const { names, hunks, sets } = group;
  const { count, used, families } = countGroup(group);
  const policies = hunks.flatMap(({ change }) =>
    change.policy === undefined ? [] : [`${change.name} ${change.policy.from} -> ${change.policy.to}`],
  );
  const { entriesAdded, entriesRemoved } = countSets(sets);
  const ofSets = sets.length === 0 ? '' : `${sets.length} (+${entriesAdded} -${entriesRemoved} entries)`;
  const number = (value: number) => html`<td class="n">${value}</td>`;
  return html`<tr><td><code>${nameList(names)}</code></td><td>${familiesText(families)}</td>${number(count.add)}${number(count.change)}${number(count.move)}${number(count.remove)}<td>${[...new Set(policies)].join(', ')}</td>${number(used)}<td>${ofSets}</td></tr>
`;
}
