import { hasChanges } from '../../core/plan/count-changes.ts';
import { printReverse, printStepEdits } from '../../core/plan/step-edits.ts';
import type { Step } from '../../core/plan/types.ts';
import type { PlanReport } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { cleanText } from '../text/clean-text.ts';
import { aboutLines } from './about-lines.ts';

/**
 * The exact text that iptables-restore or ipset gets in each step, and the way back, each under a heading in comments; checks in full and what is declared stand in comments below. The texts themselves are not
 * cleaned: what is shown is what is run.
 */
export function printRestore(report: PlanReport): string {
  const { plan } = report;
  const about = aboutLines(report)
    .map((line) => `# ${line}\n`)
    .join('');
  if (!hasChanges(plan)) return `# No changes.\n${about}`;
  const { steps } = plan;
  const texts = steps.map((step, index) => printStep(step, index + 1, steps.length)).join('\n');
  return about === '' ? texts : `${texts}\n${about}`;
}

function printStep(step: Step, number: number, all: number): string {
  const namespace = cleanText(namespaceLabel(step.namespace), true);
  const isSet = 'set' in step;
  const program = isSet
    ? 'ipset restore'
    : `${step.family === 'ipv4' ? 'iptables' : 'ip6tables'}-${step.backend}-restore --noflush --counters`;
  const what = isSet ? `set ${cleanText(step.set, true)}` : `${step.family} ${step.table}`;
  return [
    `# step ${number} of ${all}: ${namespace} ${what}`,
    `# ${program}${step.namespace.kind === 'host' ? '' : `, in the network namespace ${namespace}`}`,
    printStepEdits(step).trimEnd(),
    `# way back of step ${number}`,
    ...printReverse(step)
      .trimEnd()
      .split('\n')
      .map((line) => `#   ${line}`),
    '',
  ].join('\n');
}
