import { chainNames, ownershipOf } from '../ownership/ownership.ts';
import type { StepOwnership } from '../ownership/types.ts';
import type { TableStep } from '../plan/types.ts';
import type { Namespace, Table } from '../rules/types.ts';
import type { Evidence, Guard } from './types.ts';

export const emptyState: Guard<'FWG01', '--allow-empty'> = {
  id: 'FWG01',
  flag: '--allow-empty',
  sarif: 'A table is emptied',
  closedWhen: 'the state is empty for a namespace, or for a table that it owns exclusively, and its rules go',
  shows: 'how many rules were there, by family',
  check: ({ steps, emptyDesired, states = [] }) => checkEmpty(steps, emptyDesired, states),
};

/**
 * FWG01: the state declares nothing for a namespace, or nothing for a table that it says is exclusively its own, and its rules go away
 * with that. What other states of the data folder have there stays and is not counted. A part of a shared table that goes while other tables of the namespace stay is an ordinary removal.
 */
function checkEmpty(
  steps: readonly TableStep[],
  emptyDesired: readonly Namespace[],
  states: readonly string[],
): readonly Evidence[] {
  const empty = new Set(emptyDesired.map((namespace) => JSON.stringify(namespace)));
  return steps.flatMap(({ namespace, family, table, ownership, before, after }): Evidence[] => {
    const isEmpty = empty.has(JSON.stringify(namespace));
    if (!isEmpty && ownership.kind === 'shared') return [];
    const gone = before === undefined ? 0 : countRules(before, ownership);
    if (gone === 0 || countRules(after, ownership) > 0) return [];
    const title = isEmpty ? noRuleOf(states) : 'no rule stays in the table';
    return [
      {
        title,
        namespace,
        families: [family],
        table,
        evidence: [`${family}: ${gone} ${gone === 1 ? 'rule' : 'rules'} before, none after`],
      },
    ];
  });
}

/** A path says no more than that there is one state. */
function noRuleOf(states: readonly string[]): string {
  const [name] = states;
  if (states.length > 1) return `no rule of these states stays: ${states.join(', ')}`;
  return name === undefined || name.includes('/') ? 'no rule of the state stays' : `no rule of the state ${name} stays`;
}

/** Rules of the states that the plan is about. */
function countRules(table: Table, how: StepOwnership): number {
  const { ownsRule } = ownershipOf(table.name, how);
  const names = chainNames(table);
  return table.chains.reduce(
    (sum, chain) => sum + chain.rules.filter((rule) => ownsRule(chain.name, rule, names)).length,
    0,
  );
}
