import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Expansion, Span } from '../../diagnostics/span.ts';
import { lexRule } from '../../rule-text/lex.ts';
import type { Family } from '../../rules/types.ts';
import type { Instance } from '../as-written/rule-instance.ts';
import type { Scope } from '../as-written/value.ts';
import type { ReadRule, Written, WrittenRule } from '../as-written/written.ts';
import { RULE_ID } from '../schema/rule-shape.ts';
import { expandText } from '../values/expand-text.ts';
import { checkComment } from './check-comment.ts';
import { expandWords } from './expand-rule.ts';
import { findNegatedList } from './find-negated-list.ts';
import { isForOtherFamily } from './is-for-other-family.ts';
import { lexProblem } from './lex-problem.ts';
import { readWords } from './read-words.ts';

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
