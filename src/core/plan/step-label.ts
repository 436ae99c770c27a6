import { namespaceLabel } from '../namespace-label.ts';
import type { Step } from './types.ts';

/** How a step is called in messages: `edge ipv4 filter`. */
export function stepLabel(step: Pick<Step, 'namespace' | 'family' | 'table'>): string {
  return `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`;
}
