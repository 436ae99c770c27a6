import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { findNeedyRules } from '../../core/rule-text/needed-object.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Said } from './snapshot.ts';

/**
 * Leaves out the tables that cannot be loaded anywhere else, because a rule names what only its namespace has. What iptables-save says of
 * them is believed, with a warning for each; guard FWG06 is closed for those that an apply would change.
 */
export function setAsideNeedy(snapshots: readonly Said[]): {
  readonly provable: readonly Said[];
  readonly doubts: readonly Diagnostic[];
} {
  const doubts: Diagnostic[] = [];
  const provable = snapshots.map((said): Said => {
    const needy = said.ruleset.tables.filter((table) => {
      const [rule] = findNeedyRules(table);
      if (rule !== undefined) doubts.push(describe(said, table.name, rule));
      return rule !== undefined;
    });
    if (needy.length === 0) return said;
    const names = new Set(needy.map(({ name }) => name));
    return {
      ...said,
      tables: (said.tables ?? TABLES).filter((name) => !names.has(name)),
      ruleset: { ...said.ruleset, tables: said.ruleset.tables.filter(({ name }) => !names.has(name)) },
    };
  });
  return { provable, doubts };
}

function describe(
  { namespace, family }: Said,
  table: string,
  rule: ReturnType<typeof findNeedyRules>[number],
): Diagnostic {
  return {
    severity: 'warning',
    code: 'live.unproven',
    message: `${namespaceLabel(namespace)} ${family} ${table}: nothing proves that iptables-save shows this table as it is, nor can a change of it be rehearsed`,
    said: `${rule.chain} rule ${rule.position}: ${rule.text}`,
    saidBy: 'iptables-save',
    hint: `The rule names ${rule.object}, which no scratch namespace has. An apply that changes the table needs --allow-unrehearsed.`,
  };
}
