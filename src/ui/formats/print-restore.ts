import type { PlanReport } from '../../core/document/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import { hasChanges } from '../../core/plan/has-changes.ts';
import type { Step } from '../../core/plan/types.ts';
import { inOrder } from '../../core/sets/in-order.ts';
import type { SetStep } from '../../core/sets/types.ts';
import { cleanText } from '../clean-text.ts';

/**
 * The exact text that iptables-restore or ipset gets in each step, and the way back, each under a heading in comments. The texts themselves are not
 * cleaned: what is shown is what is run.
 */
export function printRestore({ plan }: PlanReport): string {
  if (!hasChanges(plan)) return '# No changes.\n';
  const steps = inOrder(plan.steps, plan.sets ?? []);
  return steps.map((step, index) => printStep(step, index + 1, steps.length)).join('\n');
}

function printStep(step: Step | SetStep, number: number, all: number): string {
  const namespace = cleanText(namespaceLabel(step.namespace), true);
  const isSet = 'set' in step;
  const program = isSet
    ? 'ipset restore'
    : `${step.family === 'ipv4' ? 'iptables' : 'ip6tables'}-${step.backend}-restore --noflush --counters`;
  const what = isSet ? `set ${cleanText(step.set, true)}` : `${step.family} ${step.table}`;
  return [
    `# step ${number} of ${all}: ${namespace} ${what}`,
    `# ${program}${step.namespace.kind === 'host' ? '' : `, in the network namespace ${namespace}`}`,
    step.restore.trimEnd(),
    `# way back of step ${number}`,
    ...step.rollback
      .trimEnd()
      .split('\n')
      .map((line) => `#   ${line}`),
    '',
  ].join('\n');
}
