import { createHash } from 'node:crypto';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, Step } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';

/** What a review approves: from this set of tables to that one, whatever the namespace or host is called. */
export type Transition = {
  readonly namespace: Namespace;
  /** Digests over every table that changes in the namespace: before and after. */
  readonly from: string;
  readonly to: string;
};

/** Who signed a plan: the name that the allowed-signers file has for the key, and the key as ssh-keygen shows it. */
export type Signer = { readonly principal: string; readonly key: string };

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

/**
 * One transition for all namespaces of a plan. Namespaces that go the same way count once, so a plan for twenty equal namespaces has the
 * transition of the one that was reviewed. Undefined where nothing changes.
 */
export function wholeTransition(
  transitions: readonly Transition[],
): { readonly from: string; readonly to: string } | undefined {
  const distinct = new Map(transitions.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  if (distinct.size <= 1) return [...distinct.values()][0];
  const ways = [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, way]) => way);
  return { from: digest(ways.map(({ from }) => from)), to: digest(ways.map(({ to }) => to)) };
}

function digest(digests: readonly string[]): string {
  return `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`;
}
