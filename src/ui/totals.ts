import type { ChainChange, Line, Plan } from '../core/plan/types.ts';
import { namespaceName } from './namespace-name.ts';
import { quantity } from './quantity.ts';

/** What a plan does, counted in rules of the kernel: a rule that both families get counts twice. */
export type Totals = {
  readonly add: number;
  readonly change: number;
  readonly move: number;
  readonly remove: number;
  readonly policies: number;
  readonly newChains: number;
  readonly removedChains: number;
  readonly changedNamespaces: number;
  readonly matchingNamespaces: number;
};

export function totalsOf(plan: Plan): Totals {
  const changes = plan.steps.flatMap((step) => step.chains);
  const lines = changes.flatMap((change) => change.lines);
  const changed = new Set(plan.steps.map((step) => namespaceName(step.namespace)));
  const all = new Set(plan.namespaces.map(({ namespace }) => namespaceName(namespace)));
  return {
    ...countLines(lines),
    policies: changes.filter((change) => change.policy !== undefined).length,
    newChains: withStatus(changes, 'new'),
    removedChains: withStatus(changes, 'removed'),
    changedNamespaces: changed.size,
    matchingNamespaces: [...all].filter((name) => !changed.has(name)).length,
  };
}

export function countLines(lines: readonly Line[]): Pick<Totals, 'add' | 'change' | 'move' | 'remove'> {
  const counts = { add: 0, change: 0, move: 0, remove: 0 };
  for (const line of lines) if (line.kind !== 'keep' && line.kind !== 'skip') counts[line.kind]++;
  return counts;
}

function withStatus(changes: readonly ChainChange[], status: ChainChange['status']): number {
  return changes.filter((change) => change.status === status).length;
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

function structureParts(totals: Totals): readonly string[] {
  return [
    ...(totals.policies > 0 ? [quantity(totals.policies, 'policy', 'policies')] : []),
    ...(totals.newChains > 0 ? [quantity(totals.newChains, 'new chain')] : []),
    ...(totals.removedChains > 0 ? [quantity(totals.removedChains, 'removed chain')] : []),
  ];
}
