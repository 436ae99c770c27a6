import type { ChainChange } from '../diff/types.ts';
import type { TableStep } from '../plan/types.ts';
import type { Counters } from '../rules/types.ts';

export type RemovedRule = {
  readonly chain: string;
  /** Counts from 1, before the change. */
  readonly position: number;
  readonly text: string;
  readonly counters?: Counters;
};

/** Rules that a step takes out of their chains. Moved rules are none of them, nor are those that are changed in place. */
export function removedRules(step: TableStep): readonly RemovedRule[] {
  return step.chains.flatMap(removedFrom);
}

/** The same for one chain. */
export function removedFrom(chain: ChainChange): readonly RemovedRule[] {
  return chain.lines.flatMap((line): RemovedRule[] => {
    if (line.kind !== 'remove') return [];
    const { from, text, counters } = line;
    return [{ chain: chain.name, position: from, text, ...(counters === undefined ? {} : { counters }) }];
  });
}
