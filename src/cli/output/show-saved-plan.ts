import { approvalOf } from '../../core/approval/approval-of.ts';
import type { PlacedDiagnostic, PlanReport } from '../../core/report/types.ts';
import { selectionWords } from '../../core/selection/selection-words.ts';
import { promiseTexts } from '../../ui/flow-tests/promise-texts.ts';
import { printChecks } from '../../ui/plan/check-text.ts';
import { printClass } from '../../ui/plan/class-text.ts';
import { endingTexts } from '../../ui/plan/connection-items.ts';
import { declaredTexts } from '../../ui/plan/declared-text.ts';
import { printFindings } from '../../ui/plan/guard-text.ts';
import { printPlan } from '../../ui/plan/plan-text.ts';
import { signatureText, stateText } from '../../ui/plan/saved-texts.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';
import { printTraffic, type TrafficDetail } from '../../ui/traffic/print-traffic.ts';

/** A saved plan as lines: the plan, what it does to traffic, how far it reaches, what the guards found, the checks in full, what it declares, who made and who signed it, and what approves it. */
export function showSavedPlan(
  report: PlanReport,
  facts: ScreenFacts,
  options: { readonly full: boolean; readonly traffic: TrafficDetail; readonly verb: string },
): readonly string[] {
  const { plan, commit, host, created, operator, expires, findings, signature, checks, selection } = report;
  const from = commit === null ? {} : { commit: `${commit.id.slice(0, 12)}${commit.dirty ? ' (dirty)' : ''}` };
  const page = pageOf(facts);
  const approval = approvalOf(report);
  const found = report.judge();
  return [
    ...printPlan(plan, { ...facts, full: options.full, title: { verb: options.verb, host, ...from } }),
    ...printTraffic(page, report.traffic ?? [], options.traffic),
    ...report.diagnostics.map((one) => page.clean(warningText(one))),
    ...(found === null ? [] : printClass(page, found)),
    ...(findings.length === 0 ? [] : ['', ...printFindings(page, findings)]),
    ...printChecks(page, plan, checks),
    '',
    ...(selection === undefined ? [] : [page.clean(`Only ${selectionWords(selection).join(' ')} of the state.`)]),
    ...promiseTexts(report).map((text) => page.clean(text)),
    ...endingTexts(report).map((text) => page.clean(text)),
    ...declaredTexts(report.declared ?? []).map((text) => `Declares in ${page.clean(text)}.`),
    page.clean(`Of the state ${stateText(report)}.`),
    page.clean(`Made ${created} by ${operator} on ${host}, to be applied before ${expires}.`),
    page.clean(signature === undefined ? 'Not signed.' : signatureText(signature)),
    ...(approval === undefined ? [] : [`Approval ${approval}`]),
  ];
}

/** What was warned of when the plan was made; the files themselves need not be here. */
function warningText({ code, summary, range }: PlacedDiagnostic): string {
  const place = range === null ? '' : ` ${range.filename}:${range.start.line}:${range.start.column}`;
  return `Warning: ${summary} [${code}]${place}`;
}
