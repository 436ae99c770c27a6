import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { findRulesWithObjects } from '../../core/rule-text/needed-object.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Snapshot } from '../../core/rules/types.ts';

/**
 * Leaves out the tables that cannot be loaded anywhere else, because a rule names what only its namespace has. What iptables-save says of
 * them is believed, with a warning for each; guard FWG06 is closed for those that an apply would change.
 */
export function setAsideUnloadable(snapshots: readonly Snapshot[]): {
  readonly provable: readonly Snapshot[];
  readonly unproven: readonly Diagnostic[];
} {
  const unproven: Diagnostic[] = [];
  const provable = snapshots.map((snapshot): Snapshot => {
    const withObjects = snapshot.ruleset.tables.filter((table) => {
      const [rule] = findRulesWithObjects(table);
      if (rule !== undefined) unproven.push(describe(snapshot, table.name, rule));
      return rule !== undefined;
    });
    if (withObjects.length === 0) return snapshot;
    const names = new Set(withObjects.map(({ name }) => name));
    return {
      ...snapshot,
      tables: (snapshot.tables ?? TABLES).filter((name) => !names.has(name)),
      ruleset: { ...snapshot.ruleset, tables: snapshot.ruleset.tables.filter(({ name }) => !names.has(name)) },
    };
  });
  return { provable, unproven };
}

function describe(
  { namespace, family }: Snapshot,
  table: string,
  rule: ReturnType<typeof findRulesWithObjects>[number],
): Diagnostic {
  return {
    severity: 'warning',
    code: 'live.unproven',
    message: `${namespaceLabel(namespace)} ${family} ${table}: nothing proves that iptables-save shows this table as it is, nor can a change of it be rehearsed`,
    output: `${rule.chain} rule ${rule.position}: ${rule.text}`,
    outputOf: 'iptables-save',
    hint: `The rule names ${rule.object}, which no scratch namespace has. An apply that changes the table needs --allow-unrehearsed.`,
  };
}
