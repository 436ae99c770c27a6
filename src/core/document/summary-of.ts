import { namespaceLabel } from '../namespace-label.ts';
import { countChanges } from '../plan/count-changes.ts';
import type { Plan } from '../plan/types.ts';
import type { SummaryDocument } from './types.ts';

/** The counts of a plan under the names that documents and the stream use. */
export function summaryOf(plan: Plan): SummaryDocument {
  const { chainsAdded, chainsRemoved, ...counts } = countChanges(plan.steps);
  const changed = new Set(plan.steps.map((step) => namespaceLabel(step.namespace)));
  const all = new Set([...plan.namespaces.map(({ namespace }) => namespaceLabel(namespace)), ...changed]);
  return {
    ...counts,
    chains_added: chainsAdded,
    chains_removed: chainsRemoved,
    namespaces: { changed: changed.size, unchanged: all.size - changed.size },
  };
}
