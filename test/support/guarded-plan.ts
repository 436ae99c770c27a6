import { diffTable } from '../../src/core/diff/diff-table.ts';
import { viewTable } from '../../src/core/diff/view.ts';
import { ownershipOf } from '../../src/core/ownership/ownership.ts';
import type { StepOwnership } from '../../src/core/ownership/types.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { pinForeign } from '../../src/core/plan/pin-foreign.ts';
import type { Plan, TableStep } from '../../src/core/plan/types.ts';
import { namespaceLabel } from '../../src/core/rules/namespace-label.ts';
import type { Backend, Family, TableName } from '../../src/core/rules/types.ts';
import type { LiveNamespace } from '../../src/core/traffic/live-namespace.ts';
import { tableOf } from './table-of.ts';

/** One table before and after, as text. */
export type Edit = {
  readonly namespace?: string;
  readonly family?: Family;
  readonly backend?: Backend;
  readonly table?: TableName;
  readonly before?: string;
  readonly after: string;
  readonly ownership?: StepOwnership;
};

export const EXCLUSIVE: StepOwnership = { kind: 'exclusive', keep: [] };
export const SHARED: StepOwnership = { kind: 'shared', owners: ['fw'] };

/** A plan of these edits, shaped as the planner makes it; nothing is run from it. Exclusive unless an edit says otherwise. */
export function guardedPlan(edits: readonly Edit[]): Plan {
  return { version: 1, namespaces: [], steps: edits.map(stepOf), foreign: [] };
}

function stepOf(edit: Edit): TableStep {
  const { namespace = 'host', family = 'ipv4', backend = 'nft', table = 'filter', ownership = EXCLUSIVE } = edit;
  const before = edit.before === undefined ? undefined : tableOf(table, edit.before);
  const after = tableOf(table, edit.after);
  const diff = diffTable(table, before, after);
  return {
    namespace: namespace === 'host' ? { kind: 'host' } : { kind: 'named', name: namespace },
    family,
    backend,
    table,
    ownership,
    chains: viewTable(pinForeign(diff, ownershipOf(table, ownership)), { context: 2, originOf: () => undefined }),
    before,
    after,
    digests: { before: '', after: '' },
    edits: [],
    reverse: [],
    created: before === undefined,
    notes: [],
  };
}

/** What is live before the plan of these edits, in each of its namespaces, and nothing else. */
export function liveOf(edits: readonly Edit[]): readonly LiveNamespace[] {
  const steps = tableSteps(guardedPlan(edits));
  const namespaces = [...new Map(steps.map(({ namespace }) => [namespaceLabel(namespace), namespace])).values()];
  return namespaces.map((namespace) => {
    const tablesOf = (family: Family) => ({
      family,
      tables: steps.flatMap((step) =>
        step.family === family && namespaceLabel(step.namespace) === namespaceLabel(namespace)
          ? (step.before ?? [])
          : [],
      ),
    });
    const rulesets = { ipv4: tablesOf('ipv4'), ipv6: tablesOf('ipv6') };
    return { namespace, backend: 'nft', rulesets, hidden: [], sets: [] };
  });
}
