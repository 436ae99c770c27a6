import { chainNames, ownershipOf } from '../ownership/ownership.ts';
import type { StepOwnership } from '../plan/types.ts';
import type { Namespace, Table } from '../ruleset/types.ts';
import { type Finding, GUARD_FLAGS, type GuardedStep } from './types.ts';

/**
 * FWG01: the state declares nothing for a namespace, or nothing for a table that it says is exclusively its own, and rules of ours go
 * away with that. A part of a shared table that goes while other tables of the namespace stay is an ordinary removal.
 */
export function checkEmpty(steps: readonly GuardedStep[], emptyDesired: readonly Namespace[]): readonly Finding[] {
  const empty = new Set(emptyDesired.map((namespace) => JSON.stringify(namespace)));
  return steps.flatMap(({ step, tables }): Finding[] => {
    const { namespace, family, table, ownership } = step;
    const isEmpty = empty.has(JSON.stringify(namespace));
    if (!isEmpty && ownership.kind === 'shared') return [];
    const gone = tables.before === undefined ? 0 : countRules(tables.before, ownership);
    if (gone === 0 || countRules(tables.after, ownership) > 0) return [];
    const title = isEmpty ? 'no rule of ours stays' : 'no rule stays in the table';
    return [
      {
        id: 'FWG01',
        title,
        namespace,
        families: [family],
        table,
        evidence: [`${family}: ${gone} ${gone === 1 ? 'rule' : 'rules'} before, none after`],
        flag: GUARD_FLAGS.FWG01,
      },
    ];
  });
}

/** Rules of ours. */
function countRules(table: Table, how: StepOwnership): number {
  const { ownsRule } = ownershipOf(table.name, how);
  const names = chainNames(table);
  return table.chains.reduce(
    (sum, chain) => sum + chain.rules.filter((rule) => ownsRule(chain.name, rule, names)).length,
    0,
  );
}
