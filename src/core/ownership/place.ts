import { longestCommonSubsequence } from '../diff/lcs.ts';
import type { Chain, Rule } from '../rules/types.ts';

/** One chain before a step, after it, and as it is live. */
export type ChainStates = {
  readonly name: string;
  readonly was: Chain | undefined;
  readonly made: Chain | undefined;
  readonly now: Chain | undefined;
  /** Ours, or changed by the step as only a chain of ours may be. */
  readonly isOurs: boolean;
  /** Whether the step changed how often the text stands in the chain, or moved one of others that a state declares as well. */
  readonly isTouched: (rule: Rule) => boolean;
  /** Whether a rule belongs to others; never one that the step brought or took away. */
  readonly isTheirs: (rule: Rule) => boolean;
};

/**
 * Puts special rules of a reference list into a base list, each behind the ordinary rule that it stood behind,
 * or at the top when it stood in front of all that both lists share. Special rules keep their order among themselves.
 * This is how jumps of others hold their place in a chain that is otherwise rewritten.
 */
export function placeRules(
  base: readonly Rule[],
  reference: readonly Rule[],
  isSpecial: (rule: Rule) => boolean,
): readonly Rule[] {
  if (!reference.some(isSpecial)) return base;
  const ordinary = reference.filter((rule) => !isSpecial(rule));
  const anchors = new Map(alignTexts(ordinary, base));
  const after = new Map<number, Rule[]>();
  let anchor = -1;
  let position = 0;
  for (const rule of reference) {
    if (isSpecial(rule)) after.set(anchor, [...(after.get(anchor) ?? []), rule]);
    else {
      anchor = anchors.get(position) ?? anchor;
      position += 1;
    }
  }
  return [...(after.get(-1) ?? []), ...base.flatMap((rule, index) => [rule, ...(after.get(index) ?? [])])];
}

/** Places of a longest common subsequence of two lists of rules, by text. */
export function alignTexts(a: readonly Rule[], b: readonly Rule[]): [number, number][] {
  const ids = new Map<string, number>();
  const intern = (rule: Rule): number => {
    const known = ids.get(rule.text);
    if (known !== undefined) return known;
    ids.set(rule.text, ids.size);
    return ids.size - 1;
  };
  return longestCommonSubsequence(a.map(intern), b.map(intern));
}
