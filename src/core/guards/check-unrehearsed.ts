import { findNeedyRules } from '../ruleset/needed-object.ts';
import { listSome } from './list-some.ts';
import { type Finding, GUARD_FLAGS, type GuardedStep } from './types.ts';

/**
 * FWG06: a table that cannot be rehearsed, since one of its rules names what a scratch namespace does not have. Its apply is the first that
 * the kernel hears of it; verification and the way back work as ever.
 */
export function checkUnrehearsed(steps: readonly GuardedStep[]): readonly Finding[] {
  return steps.flatMap(({ step: { namespace, family, table }, tables }): Finding[] => {
    const needy = [...findNeedyRules(tables.before), ...findNeedyRules(tables.after)];
    if (needy.length === 0) return [];
    const lines = needy.map(({ chain, text, object }) => `${object} is outside the rules: ${chain}: ${text}`);
    return [
      {
        id: 'FWG06',
        title: 'a change cannot be rehearsed',
        namespace,
        families: [family],
        table,
        evidence: listSome([...new Set(lines)], 'more such rules'),
        flag: GUARD_FLAGS.FWG06,
      },
    ];
  });
}
