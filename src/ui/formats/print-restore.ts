import type { PlanReport } from '../../core/document/types.ts';
import { namespaceLabel } from '../../core/namespace-label.ts';
import type { Step } from '../../core/plan/types.ts';
import { cleanText } from '../clean-text.ts';

/**
 * The exact text that iptables-restore gets in each step, and the way back, each under a heading in comments. The texts themselves are not
 * cleaned: what is shown is what is run.
 */
export function printRestore({ plan }: PlanReport): string {
  if (plan.steps.length === 0) return '# No changes.\n';
  return plan.steps.map((step, index) => printStep(step, index + 1, plan.steps.length)).join('\n');
}

function printStep(step: Step, number: number, all: number): string {
  const namespace = cleanText(namespaceLabel(step.namespace), true);
  const program = `${step.family === 'ipv4' ? 'iptables' : 'ip6tables'}-${step.backend}-restore --noflush --counters`;
  return [
    `# step ${number} of ${all}: ${namespace} ${step.family} ${step.table}`,
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
