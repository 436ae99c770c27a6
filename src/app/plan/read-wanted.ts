import type { DesiredNamespace } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family, TableName } from '../../core/rules/types.ts';
import { isSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { LiveSource, ReadRules } from '../live/live-source.ts';
import { judgeHidden, needsTable } from '../save-proof/hidden-table.ts';

/** Live rules and sets of the namespaces that a plan is about, in their order. */
export type ReadWanted = ReadRules & {
  /** Warnings of tables that iptables-save does not show as they are, and that the plan is not about. */
  readonly hidden: readonly Diagnostic[];
};

/** Reads what is live; stops where the plan is about a table that iptables-save does not show as it is. */
export async function readWanted(
  source: LiveSource,
  chosen: readonly DesiredNamespace[],
  selection: Selection,
): Promise<ReadWanted> {
  const requests = chosen.map((one) => ({ ...one, declared: (one.sets ?? []).map(({ name }) => name) }));
  const read = await source.read(requests);
  const hidden = judgeHidden(read.live, (index, one) => {
    const namespace = chosen[index];
    if (namespace === undefined) return false;
    if (!isSelected(selection, namespaceLabel(namespace.namespace), one.family, one.table)) return false;
    const declares = (family: Family, table: TableName) =>
      namespace.rulesets.some(
        (ruleset) => ruleset.family === family && ruleset.tables.some(({ name }) => name === table),
      );
    return needsTable({ owners: namespace.owners, declares }, one);
  });
  return { ...read, hidden };
}
