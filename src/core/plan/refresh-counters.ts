import { ownershipOf } from '../ownership/ownership.ts';
import { isSameButCounts, setsCounters } from '../restore/edit.ts';
import { digestTable } from '../rules/digest.ts';
import type { Table } from '../rules/types.ts';
import { compileHandOver, namesToHandOver, type Passage } from './hand-over.ts';
import type { TableStep } from './types.ts';

/**
 * The same steps, their edits with the counters of the tables as they were just read. Between plan and apply, which may be hours for a saved
 * plan, a rule goes on counting: one that moves or gets another comment must not fall back to what it had then. Nothing but counters can
 * become different; a step for which that does not hold is left as it was planned.
 */
export function refreshCounters(
  steps: readonly TableStep[],
  live: readonly (Table | undefined)[],
): readonly TableStep[] {
  const items = steps.map((step, index) => ({ step, passage: passageOf(step, live[index]) }));
  return items.map(({ step, passage }) => {
    if (!setsCounters(step.edits)) return step;
    // Others have written since: the planned table does not have what is theirs, and edits that lead there would take it away.
    if (digestTable(passage.from, step.table) !== step.digests.before) return step;
    const family = items.filter((item) => isSameFamily(item.step, step)).map((item) => item.passage);
    const edits = compileHandOver(step.table, passage, step.backend, namesToHandOver(family));
    return isSameButCounts(edits, step.edits) ? { ...step, edits } : step;
  });
}

function passageOf(step: TableStep, from: Table | undefined): Passage {
  const goal = step.after;
  const policies = new Map(from?.chains.map(({ name, counters }) => [name, counters]));
  const chains = goal.chains.map((chain) => {
    const counters = policies.get(chain.name);
    return counters === undefined ? chain : { ...chain, counters };
  });
  return { from, to: { ...goal, chains }, ownership: ownershipOf(step.table, step.ownership) };
}

function isSameFamily(one: TableStep, other: TableStep): boolean {
  if (one.family !== other.family || one.namespace.kind !== other.namespace.kind) return false;
  return (
    one.namespace.kind === 'host' || (other.namespace.kind === 'named' && one.namespace.name === other.namespace.name)
  );
}
