import { countChanges } from '../plan/count-changes.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { countSets } from '../sets/count-sets.ts';
import type { SummaryDocument } from './types.ts';

/** The counts of a plan under the names that documents and the stream use. */
export function summaryOf(plan: Plan): SummaryDocument {
  const { chainsAdded, chainsRemoved, ...counts } = countChanges(tableSteps(plan));
  const { created, changed: updated, destroyed, entriesAdded, entriesRemoved } = countSets(setSteps(plan));
  const changed = new Set(plan.steps.map((step) => namespaceLabel(step.namespace)));
  const all = new Set([...plan.namespaces.map(({ namespace }) => namespaceLabel(namespace)), ...changed]);
  return {
    ...counts,
    chains_added: chainsAdded,
    chains_removed: chainsRemoved,
    sets_added: created,
    sets_changed: updated,
    sets_removed: destroyed,
    entries_added: entriesAdded,
    entries_removed: entriesRemoved,
    namespaces: { changed: changed.size, unchanged: all.size - changed.size },
  };
}
