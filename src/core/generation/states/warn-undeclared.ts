import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { setSteps, tableSteps } from '../../plan/in-order.ts';
import type { Plan } from '../../plan/types.ts';
import { isOwnedBy } from '../../rules/hook-chain.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';

/**
 * What a plan from a file takes away only because it has the prefix of an owner. Another state of the data folder that the apply runs from may have it, and then
 * the apply leaves it alone: the file does not tell.
 */
export function warnUndeclared(plan: Plan): readonly Diagnostic[] {
  const places = new Map<string, Set<string>>();
  const add = (label: string, what: string) => places.set(label, (places.get(label) ?? new Set()).add(what));
  for (const { namespace, table, ownership, chains } of tableSteps(plan)) {
    if (ownership.kind === 'exclusive') continue;
    for (const { name, status } of chains) {
      const isOurs = ownership.owners.some((owner) => isOwnedBy(owner, name));
      if (status === 'removed' && isOurs) add(namespaceLabel(namespace), `${table} ${name}`);
    }
  }
  for (const { namespace, set, change } of setSteps(plan)) {
    if (change === 'destroy') add(namespaceLabel(namespace), `set ${set}`);
  }
  return [...places].map(([label, names]) => ({
    severity: 'warning',
    code: 'live.other-states',
    message: `A file of live rules does not say which states there are; in ${label} an apply leaves alone what another state of its data folder has of: ${[...names].join(', ')}`,
    hint: 'Plan on that machine to be sure.',
  }));
}
