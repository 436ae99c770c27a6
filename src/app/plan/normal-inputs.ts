import { claimsOn } from '../../core/desired/claim.ts';
import type { DesiredNamespace } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { othersIn, withoutOthers } from '../../core/generation/states/other-states.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family, TableName } from '../../core/rules/types.ts';
import { isSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import type { LiveSource, ReadRules } from '../live/live-source.ts';
import type { Live } from '../live/read-live.ts';
import { normaliseState } from '../normal-form/normalise-state.ts';
import { judgeHidden, needsTable } from '../save-proof/hidden-table.ts';
import type { LoadedState } from './load-state.ts';

/** Live rules and sets of the namespaces that a plan is about, in their order. */
export type ReadWanted = ReadRules & {
  /** Warnings of tables that iptables-save does not show as they are, and that the plan is not about. */
  readonly hidden: readonly Diagnostic[];
};

/** What one namespace is asked for, beside what is live there. */
export type Pair = { readonly desired: DesiredNamespace; readonly live: Live };

/** Each namespace in the kernel's spelling, ready to be compared. Throws `state.invalid` for what the kernel refuses, at the place where it was written. */
export async function normalInputs(
  kernel: Kernel,
  { chosen, others, sources, diagnostics }: LoadedState,
  read: ReadWanted,
): Promise<{ readonly inputs: readonly NamespaceInput[]; readonly pairs: readonly Pair[] }> {
  const pairs = chosen.map((desired, index): Pair => ({ desired, live: pick(read.live, index) }));
  const liveSets = chosen.map(({ namespace, sets }, index) => ({
    desired: sets,
    live: withoutOthers(pick(read.sets, index), othersIn(others, namespace)),
  }));
  const { claims, sets } = await normaliseState(kernel, pairs, liveSets, sources, diagnostics);
  const inputs = pairs.map(
    ({ desired: { owners }, live: { namespace, backend, alsoHeldBy, rulesets } }, index): NamespaceInput => ({
      namespace,
      backend,
      ...(alsoHeldBy === undefined ? {} : { alsoHeldBy }),
      owners,
      others: othersIn(others, namespace),
      live: rulesets,
      claims: pick(claims, index),
      sets: pick(sets, index),
    }),
  );
  return { inputs, pairs };
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index} of ${items.length}`);
  return item;
}

/** Reads what is live; stops where the plan is about a table that iptables-save does not show as it is. */
export async function readWanted(
  source: LiveSource,
  chosen: readonly DesiredNamespace[],
  selection: Selection,
): Promise<ReadWanted> {
  const requests = chosen.map((one) => ({ ...one, declared: one.sets.map(({ name }) => name) }));
  const read = await source.read(requests);
  const hidden = judgeHidden(read.live, (index, one) => {
    const namespace = chosen[index];
    if (namespace === undefined) return false;
    if (!isSelected(selection, namespaceLabel(namespace.namespace), one.family, one.table)) return false;
    const declares = (family: Family, table: TableName) => claimsOn(namespace.claims, family, table).length > 0;
    return needsTable({ owners: namespace.owners, declares }, one);
  });
  return { ...read, hidden };
}
