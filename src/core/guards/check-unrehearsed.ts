import { listSome } from '../ownership/list-some.ts';
import type { TableStep } from '../plan/types.ts';
import { findRulesWithObjects } from '../rule-text/needed-object.ts';
import type { Evidence, Guard } from './types.ts';

export const unrehearsed: Guard<'FWG06', '--allow-unrehearsed'> = {
  id: 'FWG06',
  flag: '--allow-unrehearsed',
  summary: 'Go on although a table cannot be rehearsed on a copy.',
  sarif: 'A change cannot be rehearsed',
  closedWhen: 'a table changes that no scratch namespace takes, so nothing can be tried on a copy',
  shows: 'the rules, and what they name',
  check: ({ steps }) => checkUnrehearsed(steps),
};

/**
 * FWG06: a table that cannot be rehearsed, since one of its rules names what a scratch namespace does not have. Its apply is the first that
 * the kernel hears of it; verification and the way back work as ever.
 */
function checkUnrehearsed(steps: readonly TableStep[]): readonly Evidence[] {
  return steps.flatMap(({ namespace, family, table, before, after }): Evidence[] => {
    const withObjects = [...findRulesWithObjects(before), ...findRulesWithObjects(after)];
    if (withObjects.length === 0) return [];
    const lines = withObjects.map(({ chain, text, object }) => `${object} is outside the rules: ${chain}: ${text}`);
    return [
      {
        title: 'a change cannot be rehearsed',
        namespace,
        families: [family],
        table,
        evidence: listSome([...new Set(lines)], 'more such rules'),
      },
    ];
  });
}
