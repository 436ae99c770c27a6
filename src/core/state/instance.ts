import type { Word } from '../ruleset/lex.ts';
import type { ValueItem } from './value.ts';

/** The words of a rule with one choice of items for its lists. `bound` is by name and holds every value that the words refer to. */
export type Instance = { readonly words: readonly Word[]; readonly bound: ReadonlyMap<string, ValueItem> };
