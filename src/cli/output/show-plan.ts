import { hostname } from 'node:os';
import type { MadePlan } from '../../app/plan/make-plan.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printChecks } from '../../ui/plan/check-text.ts';
import { printFindings } from '../../ui/plan/guard-text.ts';
import { anewText } from '../../ui/plan/made-anew-text.ts';
import { type PlanWords, printPlan } from '../../ui/plan/plan-text.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';
import { printTraffic, type TrafficDetail } from '../../ui/traffic/print-traffic.ts';

export type ShowOptions = {
  readonly verb: string;
  readonly full: boolean;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly traffic: TrafficDetail;
  /** For a plan that is not made from the state. */
  readonly words?: Partial<PlanWords>;
};

/** The plan screen as lines: warnings of the state, the plan, what it does to traffic, the checks in full, and last, where the eye is, what the guards found. */
export function showPlan(made: MadePlan, screen: ScreenFacts, options: ShowOptions): string[] {
  const { verb, full, seconds, findings, traffic, words = {} } = options;
  const warnings = made.warnings.flatMap((warning) => [...printDiagnostic(warning, made.sources, screen), '']);
  const plan = printPlan(made.plan, { ...screen, full, words, title: { verb, host: hostname(), seconds } });
  const guards = findings.length === 0 ? [] : ['', ...printFindings(pageOf(screen), findings)];
  const packets = traffic === 'none' ? [] : printTraffic(pageOf(screen), made.traffic(), traffic);
  const checks = printChecks(pageOf(screen), made.plan, made.checks);
  const lines = [...(made.remarks ?? []), ...anewText(made.anew ?? [], made.plan)];
  const remarks = lines.map((line) => cleanText(line, true));
  if (!hasChanges(made.plan)) return [...warnings, ...plan, ...remarks, ...checks];
  return [...warnings, ...remarks, ...(remarks.length === 0 ? [] : ['']), ...plan, ...packets, ...checks, ...guards];
}
