import { hostname } from 'node:os';
import type { MadePlan } from '../app/make-plan.ts';
import { printPlan } from '../ui/plan-text.ts';
import { printDiagnostic } from '../ui/print-diagnostic.ts';
import type { ScreenFacts } from '../ui/tty.ts';

/** The plan screen as lines, warnings of the state first. */
export function showPlan(
  made: MadePlan,
  screen: ScreenFacts,
  options: { readonly verb: string; readonly full: boolean; readonly seconds: number },
): string[] {
  const { verb, full, seconds } = options;
  const warnings = made.warnings.flatMap((warning) => [...printDiagnostic(warning, made.sources, screen), '']);
  return [...warnings, ...printPlan(made.plan, { ...screen, full, title: { verb, host: hostname(), seconds } })];
}
