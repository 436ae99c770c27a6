import type { Diagnostic } from '../diagnostic.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../ruleset/forbidden-character.ts';
import { lexRule, type Word } from '../ruleset/lex.ts';
import { findBadAddressList } from '../ruleset/split-addresses.ts';
import type { Family } from '../ruleset/types.ts';
import { expandWords } from './expand-words.ts';
import { inferFamilies } from './infer-families.ts';
import { innerSpan } from './inner-span.ts';
import { findRuleFacts, type RuleFacts } from './rule-facts.ts';
import type { ReadRule, RuleVersion, Written, WrittenRule } from './written.ts';

/** Bytes: a comment is stored in 256 with its end mark. */
const LONGEST_COMMENT = 255;

/** One written rule as words for each family it goes to. `family` is that of the document. A rule with a problem has no versions. */
export function readRule(
  rule: WrittenRule,
  options: { readonly family?: Written<Family> | undefined; readonly values: ReadonlyMap<string, string> },
): { readonly rule: ReadRule; readonly diagnostics: readonly Diagnostic[] } {
  const lexed = lexRule(rule.text);
  const expanded = expandWords(rule, lexed.words, options.values);
  const facts = findRuleFacts(expanded.words);
  const asked = [rule.family, options.family].filter((one) => one !== undefined);
  const inferred = inferFamilies(rule, facts, asked);
  // Of a rule that is cut short only that is worth saying.
  const problems =
    lexed.problem !== undefined
      ? [lexProblem(rule, lexed.problem)]
      : [
          ...checkWords(rule, expanded.words, facts),
          ...checkLists(rule, expanded.words, facts, inferred.families),
          ...inferred.diagnostics,
        ];
  const diagnostics = [...problems, ...expanded.diagnostics, ...checkComment(rule.comment)];
  const versions =
    diagnostics.length > 0 ? [] : inferred.families.map((family) => makeVersion(rule, expanded.words, facts, family));
  return { rule: { span: rule.span, ...(rule.id === undefined ? {} : { id: rule.id }), versions }, diagnostics };
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

function lexProblem(
  rule: WrittenRule,
  problem: { readonly message: string; readonly start: number; readonly end: number },
): Diagnostic {
  return {
    severity: 'error',
    code: findForbiddenCharacter(rule.text.slice(problem.start, problem.end)) >= 0 ? CONTROL : 'state.rule',
    message: problem.message,
    span: innerSpan(rule, problem.start, problem.end),
    ...hintForLexProblem(rule, problem),
  };
}

const CONTROL = 'state.control-character';

function hintForLexProblem(rule: WrittenRule, problem: { readonly message: string }): { readonly hint?: string } {
  if (rule.text.includes('\n'))
    return { hint: 'A rule is one line: for several lines in YAML use `>-`, which joins them.' };
  // A plain scalar ends at ` #`, so the rest of the rule became a YAML comment.
  if (problem.message.includes('quote')) {
    return {
      hint: 'If it is closed after a ` #`, put the whole rule in single quotes: YAML takes ` #` for a comment.',
    };
  }
  if (findForbiddenCharacter(rule.text) >= 0) return { hint: 'Delete it; editors often do not show it.' };
  return {};
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

function checkComment(comment: Written<string> | undefined): readonly Diagnostic[] {
  if (comment === undefined) return [];
  const { value, span } = comment;
  const error = { severity: 'error', span } as const;
  const forbidden = findForbiddenCharacter(value);
  if (forbidden >= 0) {
    const message = `The comment contains ${nameCharacter(value, forbidden)}`;
    return [{ ...error, code: CONTROL, message, hint: 'A comment is one line of ordinary text.' }];
  }
  const bytes = byteLength(value);
  if (bytes > 0 && bytes <= LONGEST_COMMENT) return [];
  const message = bytes === 0 ? 'The comment is empty' : `The comment is ${bytes} bytes long`;
  const hint = bytes === 0 ? 'Remove it.' : `The kernel takes ${LONGEST_COMMENT} bytes.`;
  return [{ ...error, code: 'state.comment', message, hint }];
}
