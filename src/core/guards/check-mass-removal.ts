import { listSome } from './list-some.ts';
import { removedFrom } from './removed-rules.ts';
import { type Finding, GUARD_FLAGS, type GuardedStep } from './types.ts';

/** In a chain of fewer rules, half of them is an everyday edit. */
const SMALLEST = 4;

/** FWG03: more than half of the rules of a chain are removed. Rules of others in the chain count among those it has. */
export function checkMassRemoval(steps: readonly GuardedStep[]): readonly Finding[] {
  return steps.flatMap(({ step, tables }) => {
    const sizes = new Map(tables.before?.chains.map((chain) => [chain.name, chain.rules.length]));
    return step.chains.flatMap((change): Finding[] => {
      const size = sizes.get(change.name) ?? 0;
      const rules = removedFrom(change);
      if (size < SMALLEST || rules.length * 2 <= size) return [];
      const { namespace, family, table } = step;
      return [
        {
          id: 'FWG03',
          title: 'more than half of the chain is removed',
          namespace,
          families: [family],
          table,
          chain: change.name,
          evidence: [
            `${family}: ${rules.length} of ${size} rules are removed`,
            ...listSome(
              rules.map((rule) => `rule ${rule.position}: ${rule.text}`),
              'more rules',
            ),
          ],
          flag: GUARD_FLAGS.FWG03,
        },
      ];
    });
  });
}
