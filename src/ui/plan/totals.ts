import { type ChangeCounts, countChanges } from '../../core/plan/count-changes.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family } from '../../core/rules/types.ts';
import { countSets } from '../../core/sets/count-sets.ts';
import { familyOf } from '../../core/sets/ipset/parse-header.ts';
import type { SetStep } from '../../core/sets/ipset/types.ts';
import { quantity } from '../text/quantity.ts';
import type { Group } from './group-alike.ts';
import { carried } from './recap.ts';

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

type GroupCounts = {
  readonly count: Readonly<Record<'add' | 'change' | 'move' | 'remove', number>>;
  /** Removed or changed rules that carried traffic. */
  readonly used: number;
  readonly families: readonly Family[];
};

/** What changes in one of the namespaces of a group, counted in rules of the kernel. */
export function countGroup({ hunks, sets }: Pick<Group, 'hunks' | 'sets'>): GroupCounts {
  const count = { add: 0, change: 0, move: 0, remove: 0 };
  let used = 0;
  for (const { change, families } of hunks) {
    for (const line of change.lines) {
      if (line.kind !== 'keep' && line.kind !== 'skip') count[line.kind] += families.length;
      if (carried(line) !== undefined) used += families.length;
    }
  }
  const ofSets = sets.flatMap(({ headers }) => familyOf(headers.after ?? headers.before ?? '') ?? []);
  return { count, used, families: [...new Set([...hunks.flatMap((hunk) => hunk.families), ...ofSets])].sort() };
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

/** The last line of what others changed. */
export function foreignSentence(totals: Totals): string {
  return `By others: ${cameAndWent(totals)}, in ${quantity(totals.changedNamespaces, 'namespace')}.`;
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
