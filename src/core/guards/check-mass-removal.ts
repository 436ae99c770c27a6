import { listSome } from '../ownership/list-some.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import { checkSetRemoval } from './check-set-removal.ts';
import { removedFrom } from './removed-rules.ts';
import type { Evidence, Guard } from './types.ts';

export const massRemoval: Guard<'FWG03', '--allow-mass-removal'> = {
  id: 'FWG03',
  flag: '--allow-mass-removal',
  summary: 'Go on although more than half of a chain or a set is removed.',
  sarif: 'More than half of a chain or a set is removed',
  closedWhen:
    'more than half of a chain with four rules or more is removed, or of a set with four entries or more; or the last entry of a set that a rule needs to accept packets',
  shows: 'how many of how many, the first ones, and the rules',
  // An emptied table loses more than half of each chain; one question about it is enough.
  unless: 'FWG01',
  check: ({ steps, sets, standing }) => [
    ...checkMassRemoval(steps),
    ...checkSetRemoval(sets, [...steps.map(tableAfter), ...standing]),
  ],
};

/** In a chain of fewer rules, half of them is an everyday edit. */
const SMALLEST = 4;

/** FWG03: more than half of the rules of a chain are removed. Rules of others in the chain count among those it has. */
function checkMassRemoval(steps: readonly TableStep[]): readonly Evidence[] {
  return steps.flatMap((step) => {
    const sizes = new Map(step.before?.chains.map((chain) => [chain.name, chain.rules.length]));
    return step.chains.flatMap((change): Evidence[] => {
      const size = sizes.get(change.name) ?? 0;
      const rules = removedFrom(change);
      if (size < SMALLEST || rules.length * 2 <= size) return [];
      const { namespace, family, table } = step;
      return [
        {
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
        },
      ];
    });
  });
}

function tableAfter({ namespace, family, after }: TableStep): StandingTable {
  return { namespace, family, table: after };
}
