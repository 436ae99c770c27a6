import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Word } from '../../rule-text/lex.ts';
import { findBadAddressList } from '../../rule-text/split-addresses.ts';
import type { Family } from '../../rules/types.ts';
import type { RuleVersion, Written, WrittenRule } from '../as-written/written.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { inferFamilies } from './infer-families.ts';
import { findRuleFacts, type RuleFacts } from './rule-facts.ts';

/** The whole of one family, as `-s` and `-d` take it: to leave it out means the same, and both families. */
export const EVERY_ADDRESS = /^(?:0\.0\.0\.0\/0(?:\.0\.0\.0)?|(?:0{0,4}:){2}(?::?0{0,4}){0,6}\/0)$/;

/**
 * The words of one rule as each family gets them. `family` is that of the document. A rule with a problem has no versions;
 * `isTorn` when it is only that no packet can be of all the families that its words are for.
 */
export function readWords(
  rule: WrittenRule,
  words: readonly Word[],
  family: Written<Family> | undefined,
): {
  readonly versions: readonly RuleVersion[];
  readonly diagnostics: readonly Diagnostic[];
  readonly isTorn: boolean;
} {
  const facts = findRuleFacts(words);
  const asked = [rule.family, family].filter((one) => one !== undefined);
  const inferred = inferFamilies(rule, facts, asked);
  const problems = [...checkWords(rule, words, facts), ...checkLists(rule, words, facts, inferred.families)];
  const diagnostics = [...problems, ...inferred.diagnostics];
  if (diagnostics.length > 0) return { versions: [], diagnostics, isTorn: problems.length === 0 };
  const versions = inferred.families.map((one) => makeVersion(rule, words, facts, one));
  const because = asked.length > 0 ? undefined : passingWord(rule, words, facts);
  return {
    versions: because === undefined ? versions : versions.map((version) => ({ ...version, because })),
    diagnostics,
    isTorn: false,
  };
}

/** The word that alone makes a rule one of its family, where it is no address of that family but a kind of answer, or every address. */
function passingWord(rule: WrittenRule, words: readonly Word[], facts: RuleFacts): RuleVersion['because'] {
  const [first] = facts.pins;
  if (first === undefined || facts.mixed.length > 0) return undefined;
  const isPassing = facts.pins.every(({ word }) => {
    if (EVERY_ADDRESS.test(word.value)) return true;
    return words[words.indexOf(word) - 1]?.value === '--reject-with';
  });
  const { value, start, end } = first.word;
  return isPassing ? { word: value, span: innerSpan(rule, start, end) } : undefined;
}

function makeVersion(rule: WrittenRule, words: readonly Word[], facts: RuleFacts, family: Family): RuleVersion {
  const values = wordsFor(words, facts, family);
  let jump = facts.jumps[0];
  const target = jump === undefined ? undefined : words[jump];
  for (const index of facts.dropped.toReversed()) {
    values.splice(index, 1);
    if (jump !== undefined && index < jump) jump -= 1;
  }
  if (rule.comment !== undefined) {
    values.splice(jump === undefined ? values.length : jump - 1, 0, '-m', 'comment', '--comment', rule.comment.value);
    if (jump !== undefined) jump += 4;
  }
  if (jump === undefined || target === undefined) return { family, words: values };
  return { family, words: values, jump: { index: jump, span: innerSpan(rule, target.start, target.end) } };
}

/** A list of addresses of both families gives each family its own. */
function wordsFor(words: readonly Word[], facts: RuleFacts, family: Family): string[] {
  const values = words.map((word) => word.value);
  for (const list of facts.mixed) values[list.index] = list.lists[family];
  return values;
}

function checkLists(
  rule: WrittenRule,
  words: readonly Word[],
  facts: RuleFacts,
  families: readonly Family[],
): readonly Diagnostic[] {
  if (!rule.text.includes(',')) return [];
  for (const family of families) {
    const bad = findBadAddressList(wordsFor(words, facts, family));
    const word = bad === undefined ? undefined : words[bad.at];
    if (bad === undefined || word === undefined) continue;
    const hint = 'For everything but these, put them in a chain of their own that ends them with `-j RETURN`.';
    const span = innerSpan(rule, word.start, word.end);
    return [
      {
        severity: 'error',
        code: 'state.rule',
        message: bad.why,
        span,
        ...(bad.why.includes('negated') ? { hint } : {}),
      },
    ];
  }
  return [];
}

function checkWords(rule: WrittenRule, words: readonly Word[], facts: RuleFacts): readonly Diagnostic[] {
  const error = { severity: 'error', code: 'state.rule' } as const;
  const diagnostics: Diagnostic[] = facts.problems.map(({ word, message, hint }) => {
    return { ...error, message, span: innerSpan(rule, word.start, word.end), hint };
  });
  if (words.length === 0) {
    const hint = 'Write what follows `-A CHAIN`, or remove it.';
    diagnostics.push({ ...error, message: 'The rule is empty', span: rule.span, hint });
  }
  const second = facts.jumps[1] === undefined ? undefined : words[facts.jumps[1]];
  if (second !== undefined) {
    const span = innerSpan(rule, second.start, second.end);
    diagnostics.push({ ...error, message: 'The rule has a second target', span, hint: 'Write two rules.' });
  }
  return diagnostics;
}
