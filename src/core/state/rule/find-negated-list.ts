import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Word } from '../../rule-text/lex.ts';
import { FAMILIES } from '../../rules/types.ts';
import type { Instance } from '../as-written/rule-instance.ts';
import type { ReadRule, WrittenRule } from '../as-written/written.ts';
import { innerSpan } from '../yaml/yaml-node.ts';

/**
 * A list under a `!` that repeats the rule within one family: `! -s a -j DROP` and `! -s b -j DROP` together drop everything. One item for
 * each family is fine.
 */
export function findNegatedList(
  rule: WrittenRule,
  words: readonly Word[],
  lists: ReadonlyMap<string, readonly number[]>,
  made: readonly { readonly bound: Instance['bound']; readonly rule: ReadRule }[],
): Diagnostic | undefined {
  for (const [name, indexes] of lists) {
    const index = indexes.find((one) => isNegated(words, one));
    const word = index === undefined ? undefined : words[index];
    if (word === undefined) continue;
    for (const family of FAMILIES) {
      const own = made.filter((one) => one.rule.versions.some((version) => version.family === family));
      if (new Set(own.map(({ bound }) => bound.find((value) => value.name === name))).size < 2) continue;
      return {
        severity: 'error',
        code: 'state.rule',
        message: `\`$${name}\` has several items for ${family}, and a negated list would repeat the rule: together its copies match everything`,
        span: innerSpan(rule, word.start, word.end),
        hint: 'For everything but these, put them in a chain of their own that ends them with `-j RETURN`.',
      };
    }
  }
  return undefined;
}

/** The option that the word belongs to stands behind a `!`. */
function isNegated(words: readonly Word[], index: number): boolean {
  let option = index - 1;
  while (option > 0 && !words[option]?.value.startsWith('-')) option -= 1;
  return words[option - 1]?.value === '!' || words[index - 1]?.value === '!';
}
