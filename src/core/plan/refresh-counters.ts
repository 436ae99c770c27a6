import { ownershipOf } from '../ownership/ownership.ts';
import { digestTable } from '../ruleset/digest.ts';
import type { Table } from '../ruleset/types.ts';
import { compileHandOver, namesToHandOver, type Passage } from './hand-over.ts';
import type { Step } from './types.ts';

/**
 * The same steps, their restore texts with the counters of the tables as they were just read. Between plan and apply, which may be hours for a saved
 * plan, a rule goes on counting: one that moves or gets another comment must not fall back to what it had then. Nothing but counters can
 * become different; a step for which that does not hold is left as it was planned.
 */
export function refreshCounters(
  steps: readonly Step[],
  live: readonly (Table | undefined)[],
  planned: readonly Table[],
): readonly Step[] {
  const items = steps.flatMap((step, index) => {
    const [from, goal] = [live[index], planned[index]];
    return goal === undefined ? [] : [{ step, passage: passageOf(step, from, goal) }];
  });
  if (items.length !== steps.length) return steps;
  return items.map(({ step, passage }) => {
    if (withoutCounters(step.restore) === step.restore) return step;
    // Others have written since: the planned table does not have what is theirs, and a text that leads there would take it away.
    if (digestTable(passage.from, step.table) !== step.before) return step;
    const family = items.filter((item) => isSameFamily(item.step, step)).map((item) => item.passage);
    const restore = compileHandOver(step.table, passage, step.backend, namesToHandOver(family));
    return withoutCounters(restore) === withoutCounters(step.restore) ? { ...step, restore } : step;
  });
}

function passageOf(step: Step, from: Table | undefined, goal: Table): Passage {
  const policies = new Map(from?.chains.map(({ name, counters }) => [name, counters]));
  const chains = goal.chains.map((chain) => {
    const counters = policies.get(chain.name);
    return counters === undefined ? chain : { ...chain, counters };
  });
  return { from, to: { ...goal, chains }, ownership: ownershipOf(step.table, step.ownership) };
}

function isSameFamily(one: Step, other: Step): boolean {
  if (one.family !== other.family || one.namespace.kind !== other.namespace.kind) return false;
  return (
    one.namespace.kind === 'host' || (other.namespace.kind === 'named' && one.namespace.name === other.namespace.name)
  );
}

/** Counters stand before a rule and behind a policy, and nowhere else in a restore text. */
function withoutCounters(text: string): string {
  return text.replace(/^\[\d+:\d+\] | \[\d+:\d+\]$/gm, '');
}
