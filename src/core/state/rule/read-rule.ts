import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Expansion, Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import { lexRule } from '../../rule-text/lex.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import type { Family } from '../../rules/types.ts';
import type { Instance } from '../as-written/rule-instance.ts';
import type { Scope } from '../as-written/value.ts';
import type { ReadRule, Written, WrittenRule } from '../as-written/written.ts';
import { RULE_ID } from '../schema/rule-shape.ts';
import { expandText } from '../values/expand-text.ts';
import { splitReferences } from '../values/references.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { expandWords } from './expand-words.ts';
import { findNegatedList } from './find-negated-list.ts';
import { readWords } from './read-words.ts';
import { findRuleFacts } from './rule-facts.ts';

const LONGEST_COMMENT = LIMITS.comment.most;

/** Mistakes reported of one rule with lists: they are mostly the same mistake. */
const MOST_PROBLEMS = 10;

const NO_CALLS: readonly Span[] = [];

export type RuleContext = {
  /** Of the document. */
  readonly family?: Written<Family> | undefined;
  readonly values: Scope;
  /** Uses of templates that led to the rule, innermost first. */
  readonly calls?: readonly Span[];
};

/**
 * One written rule as words for each family it goes to; with a list among its words, one rule for each item. A rule with a problem
 * has no versions.
 *
 * In a rule with lists, what would be for no family is left out as long as something is left: a list of both kinds of addresses gives
 * each family its own. What a template has for the family that the document is not about is left out, unless the use gave it.
 */
export function readRule(
  rule: WrittenRule,
  context: RuleContext,
): { readonly rules: readonly ReadRule[]; readonly diagnostics: readonly Diagnostic[] } {
  const here = placeRule(rule, context.calls ?? NO_CALLS, []);
  const lexed = lexRule(rule.text);
  // Of a rule that is cut short only that is worth saying.
  if (lexed.problem !== undefined) return broken(here, [lexProblem(here, lexed.problem), ...checkWritten(here)]);
  const expanded = expandWords(here, lexed.words, context.values);
  if (expanded.diagnostics.length > 0) return broken(here, [...expanded.diagnostics, ...checkWritten(here)]);
  const read = expanded.instances.map((instance) => readInstance(rule, instance, context));
  const whole = read.filter((one) => !one.isTorn);
  if (whole.length === 0 && read.length > 0 && read.every((one) => one.isElsewhere))
    return { rules: [], diagnostics: [] };
  const kept = whole.length > 0 ? whole : read.slice(0, 1);
  const problems = kept.flatMap((one) => one.diagnostics);
  if (problems.length > 0) return broken(here, problems.slice(0, MOST_PROBLEMS));
  const negated = findNegatedList(here, lexed.words, expanded.lists, kept);
  return negated === undefined ? { rules: kept.map((one) => one.rule), diagnostics: [] } : broken(here, [negated]);
}

function readInstance(rule: WrittenRule, { words, bound }: Instance, context: RuleContext) {
  const { values, family, calls = NO_CALLS } = context;
  const placed = placeRule(rule, calls, bound);
  const comment = fillText(placed.comment, values, bound);
  const id = fillText(placed.id, values, bound);
  const filled = comment.written === placed.comment ? placed : withComment(placed, comment.written);
  const read = readWords(filled, words, family);
  const diagnostics = [
    ...read.diagnostics,
    ...comment.diagnostics,
    ...id.diagnostics,
    ...checkComment(comment.written),
    ...checkId(id.written),
  ];
  const versions = diagnostics.length > 0 ? [] : read.versions;
  const made: ReadRule = { span: placed.span, ...(id.written === undefined ? {} : { id: id.written }), versions };
  const isElsewhere =
    read.isTorn && family !== undefined && isForOtherFamily(filled, { words, bound }, family.value, calls);
  return { rule: made, bound, diagnostics, isTorn: read.isTorn, isElsewhere };
}

function withComment({ comment: _, ...rule }: WrittenRule, comment: Written<string> | undefined): WrittenRule {
  return comment === undefined ? rule : { ...rule, comment };
}

/** The same rule, whose places tell how it came to be. */
function placeRule(rule: WrittenRule, calls: readonly Span[], bound: Instance['bound']): WrittenRule {
  if (calls.length === 0 && bound.length === 0) return rule;
  const expanded: Expansion = { calls, values: bound };
  const place = <T extends { readonly span: Span }>(one: T): T => ({ ...one, span: spanWith(one.span, expanded) });
  return {
    ...place(rule),
    ...(rule.id === undefined ? {} : { id: place(rule.id) }),
    ...(rule.comment === undefined ? {} : { comment: place(rule.comment) }),
    ...(rule.family === undefined ? {} : { family: place(rule.family) }),
  };
}

function spanWith({ file, start, end }: Span, expanded: Expansion): Span {
  return { file, start, end, expanded };
}

/** What stands for nothing is left out. */
function fillText(
  written: WrittenRule['comment'],
  scope: Scope,
  bound: Instance['bound'],
): { readonly written: Written<string> | undefined; readonly diagnostics: readonly Diagnostic[] } {
  if (written === undefined || !written.value.includes('$')) return { written, diagnostics: [] };
  const { value, span, exact = false } = written;
  const { text, diagnostics } = expandText({ text: value, span, exact }, scope, bound);
  return { written: text === undefined ? undefined : { value: text, span }, diagnostics };
}

const ID = new RegExp(`^(?:${RULE_ID.source})$`);

function checkId(id: Written<string> | undefined): readonly Diagnostic[] {
  if (id === undefined || ID.test(id.value)) return [];
  const message = 'With its values this is no id';
  return [{ severity: 'error', code: 'state.value', message, span: id.span, hint: `Write ${RULE_ID.wants}.` }];
}

function broken(rule: WrittenRule, diagnostics: readonly Diagnostic[]) {
  const id = rule.id?.value.includes('$') === false ? { id: rule.id } : {};
  return { rules: [{ span: rule.span, ...id, versions: [] }], diagnostics };
}

/** What is wrong with the comment of a rule whose words are wrong. */
function checkWritten({ comment }: WrittenRule): readonly Diagnostic[] {
  return comment?.value.includes('$') === false ? checkComment(comment) : [];
}

function checkComment(comment: Written<string> | undefined): readonly Diagnostic[] {
  if (comment === undefined) return [];
  const { value, span } = comment;
  const error = { severity: 'error', span } as const;
  const forbidden = findForbiddenCharacter(value);
  if (forbidden >= 0) {
    const message = `The comment contains ${nameCharacter(value, forbidden)}`;
    return [{ ...error, code: 'state.control-character', message, hint: 'A comment is one line of ordinary text.' }];
  }
  const bytes = byteLength(value);
  if (bytes > 0 && bytes <= LONGEST_COMMENT) return [];
  const message = bytes === 0 ? 'The comment is empty' : `The comment is ${bytes} bytes long`;
  const hint = bytes === 0 ? 'Remove it.' : `The kernel takes ${LONGEST_COMMENT} bytes.`;
  return [{ ...error, code: 'state.comment', message, hint }];
}

/**
 * Whether a rule of a template is for the other family all by the template's doing: by words and values that are not those of the
 * document, where the last of `calls` stands. A document for one family does without such a rule.
 */
function isForOtherFamily(
  rule: WrittenRule,
  { words, bound }: Instance,
  family: Family,
  calls: readonly Span[],
): boolean {
  if (calls.length === 0 || readWords(rule, words, undefined).isTorn) return false;
  const files = [rule.span, ...calls.slice(0, -1)].map(({ file }) => file);
  const pins = findRuleFacts(words).pins.filter((pin) => pin.family !== family);
  const names = pins.flatMap(({ word }) =>
    splitReferences(rule.text.slice(word.start, word.end)).map((piece) =>
      typeof piece === 'string' ? undefined : piece.name,
    ),
  );
  return bound.every(({ name, span }) => !names.includes(name) || files.includes(span.file));
}

/** What keeps a text from being the words of a rule, for a person. */
function lexProblem(
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
