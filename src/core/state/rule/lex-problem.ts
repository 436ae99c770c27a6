import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findForbiddenCharacter } from '../../rules/forbidden-character.ts';
import type { WrittenRule } from '../as-written/written.ts';
import { innerSpan } from '../yaml/inner-span.ts';

/** What keeps a text from being the words of a rule, for a person. */
export function lexProblem(
  rule: WrittenRule,
  problem: { readonly message: string; readonly start: number; readonly end: number },
): Diagnostic {
  return {
    severity: 'error',
    code:
      findForbiddenCharacter(rule.text.slice(problem.start, problem.end)) >= 0
        ? 'state.control-character'
        : 'state.rule',
    message: problem.message,
    span: innerSpan(rule, problem.start, problem.end),
    ...hintForLexProblem(rule, problem),
  };
}

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
