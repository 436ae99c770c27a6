import { listSome } from '../ownership/list-some.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { setFamilies } from './set-families.ts';
import { setKey } from './set-key.ts';
import type { Evidence } from './types.ts';

/**
 * FWG05: a set of an exclusive document takes the name of one that fw has not made, and entries of that one go. Sets of shared documents
 * have the prefix of their owner and are ours by their name.
 */
export function checkForeignSets(
  steps: readonly SetStep[],
  known: ReadonlySet<string> = new Set(),
): readonly Evidence[] {
  return steps.flatMap((step): Evidence[] => {
    const { namespace, set, declared, change, removed, counts, examples } = step;
    const isExclusive = declared === set && (change === 'update' || change === 'replace');
    if (!isExclusive || removed === 0 || known.has(setKey(namespace, set))) return [];
    return [
      {
        title: 'entries of a set that fw has not made are removed',
        namespace,
        families: setFamilies(step),
        set,
        evidence: [`${removed} of ${counts.before} entries are removed`, ...listSome(examples.removed)],
      },
    ];
  });
}
