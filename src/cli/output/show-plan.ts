import type { MadePlan } from '../../app/plan/make-plan.ts';
import type { CountedConnections } from '../../core/connections/wish.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printChecks } from '../../ui/plan/check-text.ts';
import { printConnections } from '../../ui/plan/connections-text.ts';
import { printFindings } from '../../ui/plan/guard-text.ts';
import { anewText } from '../../ui/plan/made-anew-text.ts';
import { type PlanWords, printPlan } from '../../ui/plan/plan-text.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';
import { printTraffic, type TrafficDetail } from '../../ui/traffic/print-traffic.ts';
import { wireHost } from '../../wire/wire.ts';

export type ShowOptions = {
  readonly verb: string;
  readonly full: boolean;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly traffic: TrafficDetail;
  /** Running connections that the plan refuses, where they were asked for. */
  readonly counted?: readonly CountedConnections[];
  /** For a plan that is not made from the state. */
  readonly words?: Partial<PlanWords>;
};

/** The plan screen as lines: warnings of the state, the plan, what it does to traffic and to connections that run, the checks in full, and last, where the eye is, what the guards found. */
export function showPlan(made: MadePlan, screen: ScreenFacts, options: ShowOptions): string[] {
  const { verb, full, seconds, findings, traffic, counted = [], words = {} } = options;
  const warnings = made.warnings.flatMap((warning) => [...printDiagnostic(warning, made.sources, screen), '']);
  const plan = printPlan(made.plan, { ...screen, full, words, title: { verb, host: wireHost(), seconds } });
  const guards = findings.length === 0 ? [] : ['', ...printFindings(pageOf(screen), findings)];
  const packets = traffic === 'none' ? [] : printTraffic(pageOf(screen), made.traffic(), traffic);
  const running = printConnections(pageOf(screen), counted);
  const checks = printChecks(pageOf(screen), made.plan, made.checks);
  const lines = [...(made.remarks ?? []), ...anewText(made.anew ?? [], made.plan)];
  const remarks = lines.map((line) => cleanText(line, true));
  if (!hasChanges(made.plan)) return [...warnings, ...plan, ...remarks, ...checks, ...guards];
  return [
    ...warnings,
    ...remarks,
    ...(remarks.length === 0 ? [] : ['']),
    ...plan,
    ...packets,
    ...running,
    ...checks,
    ...guards,
  ];
}
