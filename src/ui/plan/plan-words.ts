import type { PlanWords } from './plan-text.ts';
import { compareSentence, driftSentence } from './totals.ts';

/** What drifted since a generation. */
export function driftWords(generation: number): PlanWords {
  return {
    sentence: driftSentence,
    changed: ['drifted', 'drifted'],
    matching: 'in sync',
    none: (matching) => `No changes. ${matching} generation ${generation}`,
  };
}

/** What differs between two sides. */
export function compareWords(before: string, after: string): PlanWords {
  return {
    sentence: compareSentence,
    changed: ['differs', 'differ'],
    matching: 'the same',
    none: () => `No changes. ${before} and ${after} are the same`,
  };
}

/** A way back to a generation: a plan like any other, that is not made from the state. */
export function rollbackWords(generation: string): Pick<PlanWords, 'none'> {
  return { none: (matching) => `No changes. ${matching} ${generation}` };
}
