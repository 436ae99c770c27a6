import { createHash } from 'node:crypto';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, Step } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Transition } from './types.ts';

/**
 * One transition for each namespace that changes. The name of the namespace is not part of its digests, so namespaces and hosts
 * that are in the same state and go to the same state have equal transitions.
 */
export function transitionsOf(plan: Plan): readonly Transition[] {
  const byNamespace = new Map<string, Step[]>();
  for (const step of [...tableSteps(plan), ...setSteps(plan)]) {
    const key = `${step.namespace.kind} ${namespaceLabel(step.namespace)}`;
    byNamespace.set(key, [...(byNamespace.get(key) ?? []), step]);
  }
  return [...byNamespace.values()].flatMap((steps) => {
    const [first] = steps;
    if (first === undefined) return [];
    return [{ namespace: first.namespace, from: digestSteps(steps, 'before'), to: digestSteps(steps, 'after') }];
  });
}

function digestSteps(steps: readonly Step[], side: 'before' | 'after'): string {
  const nameOf = (step: Step) => ('set' in step ? `set ${step.set}` : `${step.backend} ${step.family} ${step.table}`);
  const lines = steps.map((step) => `${nameOf(step)} ${step.digests[side]}`).sort();
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}
