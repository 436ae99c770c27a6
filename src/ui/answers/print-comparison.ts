import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { type PlanTextOptions, printPlan } from '../plan/plan-text.ts';
import { pageOf } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';

/** What became of a declaration: the differences, and the namespaces that are not there any more, which no plan can show. */
export function printComparison(plan: Plan, gone: readonly Namespace[], options: PlanTextOptions): readonly string[] {
  if (gone.length === 0) return printPlan(plan, options);
  const page = pageOf(options);
  const lost = gone.map((namespace) =>
    page.paint('remove', page.clean(`${namespaceLabel(namespace)} is gone, with all that was declared in it.`)),
  );
  const words = { ...options.words, none: (matching: string) => `Nothing else changed. ${matching} what was declared` };
  const rest = plan.namespaces.length === 0 ? [] : ['', ...printPlan(plan, { ...options, words })];
  const total = `${quantity(gone.length, 'namespace')} ${gone.length === 1 ? 'is' : 'are'} gone.`;
  return [...lost, ...rest, page.paint('heading', total)];
}
