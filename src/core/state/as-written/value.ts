import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';

/** What a name stands for. A name with a mistake in its value stands for an empty list: the mistake is reported once, where it is. */
export type Value = {
  readonly isList: boolean;
  readonly items: readonly ValueItem[];
  readonly span: Span;
  readonly isBroken?: boolean;
};

/** One text, and where it was written. */
export type ValueItem = { readonly text: string; readonly span: Span };

/** Names that can be referred to in one document, or in one use of a template. */
export type Scope = ReadonlyMap<string, Value>;

export const NO_VALUES: Scope = new Map();

/**
 * Counts down what an expansion may still make, so that small files cannot become large without bound: `items` are texts of values,
 * `uses` those of templates.
 */
export type Budget = { rules: number; uses: number; items: number };

/** Of everything that is read in one run. */
export function fullBudget(): Budget {
  return { rules: LIMITS.rules.most, uses: LIMITS.templateUses.most, items: LIMITS.valueItems.most };
}
