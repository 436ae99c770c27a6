import { namespaceLabel } from '../rules/namespace-label.ts';
import type { StepName } from './progress.ts';

/** How a step is called in messages: `edge ipv4 filter`, `edge set fw-blocked`. */
export function stepLabel(step: StepName): string {
  if ('set' in step) return `${namespaceLabel(step.namespace)} set ${step.set}`;
  return `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`;
}
