import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Namespace, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** A table of one family, or a set. */
export type StepName =
  | { readonly namespace: Namespace; readonly family: Family; readonly table: TableName }
  | Pick<SetStep, 'namespace' | 'set' | 'change'>;

/** What a run reports while it works. The screen draws it, a pipeline logs it; no decision depends on it. */
export type Progress =
  | {
      readonly kind: 'phase';
      readonly phase: 'read' | 'normalise' | 'plan' | 'rehearse' | 'recheck' | 'apply' | 'verify' | 'check';
    }
  | { readonly kind: 'steps'; readonly total: number }
  | { readonly kind: 'step.start' | 'step.done'; readonly step: StepName }
  | { readonly kind: 'step.failed'; readonly step: StepName; readonly output: string }
  | { readonly kind: 'rollback.start'; readonly total: number /** Of them sets. */; readonly sets: number }
  | { readonly kind: 'rollback.done' | 'rollback.failed'; readonly step: StepName };

/** How a step is called in messages: `edge ipv4 filter`, `edge set fw-blocked`. */
export function stepLabel(step: StepName): string {
  if ('set' in step) return `${namespaceLabel(step.namespace)} set ${step.set}`;
  return `${namespaceLabel(step.namespace)} ${step.family} ${step.table}`;
}
