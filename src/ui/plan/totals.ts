import { type ChangeCounts, countChanges } from '../../core/plan/count-changes.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { countSets } from '../../core/sets/count-sets.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { quantity } from '../text/quantity.ts';

export type Totals = ChangeCounts & {
  readonly changedNamespaces: number;
  readonly matchingNamespaces: number;
  /** Sets that change, and their entries that come and go; absent where no set changes. */
  readonly sets?: { readonly changed: number; readonly added: number; readonly removed: number };
};

/** What a plan does, counted in rules of the kernel: a rule that both families get counts twice. */
export function totalsOf(plan: Plan): Totals {
  const sets = setSteps(plan);
  const changed = new Set(plan.steps.map((step) => namespaceLabel(step.namespace)));
  const all = new Set(plan.namespaces.map(({ namespace }) => namespaceLabel(namespace)));
  return {
    ...countChanges(tableSteps(plan)),
    ...(sets.length === 0 ? {} : { sets: setTotals(sets) }),
    changedNamespaces: changed.size,
    matchingNamespaces: [...all].filter((name) => !changed.has(name)).length,
  };
}

function setTotals(sets: readonly SetStep[]): NonNullable<Totals['sets']> {
  const { entriesAdded, entriesRemoved } = countSets(sets);
  return { changed: sets.length, added: entriesAdded, removed: entriesRemoved };
}

/** The last line of a plan. Add, change and remove are always there, as in Terraform, the rest when there is some. */
export function planSentence(totals: Totals): string {
  const parts = [
    `${totals.add} to add`,
    `${totals.change} to change`,
    ...(totals.move > 0 ? [`${totals.move} to move`] : []),
    `${totals.remove} to remove`,
    ...structureParts(totals),
  ];
  const matching = totals.matchingNamespaces;
  const match = matching === 0 ? '' : `, ${matching} ${matching === 1 ? 'matches' : 'match'}`;
  return `Plan: ${parts.join(', ')}.  ${quantity(totals.changedNamespaces, 'namespace')} to change${match}.`;
}

/** The last line of an apply, in the words of the plan's. */
export function appliedSentence(totals: Totals): string {
  const parts = [
    `${totals.add} added`,
    `${totals.change} changed`,
    ...(totals.move > 0 ? [`${totals.move} moved`] : []),
    `${totals.remove} removed`,
    ...structureParts(totals),
  ];
  return `Applied: ${parts.join(', ')}.  ${quantity(totals.changedNamespaces, 'namespace')} changed and verified.`;
}

/** The last line of a drift: what came and went since. */
export function driftSentence(totals: Totals): string {
  return `Drift: ${cameAndWent(totals)}.  ${quantity(totals.changedNamespaces, 'namespace')} drifted.`;
}

/** The last line of a comparison. */
export function compareSentence(totals: Totals): string {
  return `Difference: ${cameAndWent(totals)}.  ${quantity(totals.changedNamespaces, 'namespace')} ${totals.changedNamespaces === 1 ? 'differs' : 'differ'}.`;
}

function cameAndWent(totals: Totals): string {
  return [
    `${totals.add} came`,
    `${totals.remove} went`,
    ...(totals.change > 0 ? [`${totals.change} changed`] : []),
    ...(totals.move > 0 ? [`${totals.move} moved`] : []),
    ...structureParts(totals),
  ].join(', ');
}

function structureParts(totals: Totals): readonly string[] {
  return [
    ...(totals.policies > 0 ? [quantity(totals.policies, 'policy', 'policies')] : []),
    ...(totals.chainsAdded > 0 ? [quantity(totals.chainsAdded, 'new chain')] : []),
    ...(totals.chainsRemoved > 0 ? [quantity(totals.chainsRemoved, 'removed chain')] : []),
    ...(totals.sets === undefined
      ? []
      : [`${quantity(totals.sets.changed, 'set')} (+${totals.sets.added} -${totals.sets.removed} entries)`]),
  ];
}
