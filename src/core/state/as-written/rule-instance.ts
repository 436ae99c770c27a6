import type { GivenValue } from '../../diagnostics/span.ts';
import type { Word } from '../../rule-text/lex.ts';

/** The words of a rule with one choice of items for its lists. `bound` are all values that the words refer to. */
export type Instance = { readonly words: readonly Word[]; readonly bound: readonly GivenValue[] };

/** The text that a name stands for in an instance. */
export function textOf(bound: Instance['bound'], name: string | undefined): string | undefined {
  return bound.find((value) => value.name === name)?.text;
}
