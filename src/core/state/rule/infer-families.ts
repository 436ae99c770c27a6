import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Word } from '../../rule-text/lex.ts';
import { FAMILIES, type Family } from '../../rules/types.ts';
import type { Written, WrittenRule } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import type { RuleFacts } from './rule-facts.ts';

type Reason = { readonly family: Family; readonly name: string; readonly span: Span };

/**
 * The families that a rule goes to: both, unless something in it says otherwise. `asked` are the `family:` keys of rule and document.
 * A rule that belongs to neither, or to one only by guessing, is a diagnostic.
 */
export function inferFamilies(
  rule: WrittenRule,
  facts: RuleFacts,
  asked: readonly Written<Family>[],
): { readonly families: readonly Family[]; readonly diagnostics: readonly Diagnostic[] } {
  // A `family` at the rule itself means the number. A document for one family leaves rules of templates for the other one out.
  const pins = rule.family === undefined ? facts.pins : facts.pins.filter(({ isNumber }) => isNumber !== true);
  const reasons = [
    ...asked.map(({ value, span }) => ({ family: value, name: `family: ${value}`, span })),
    ...pins.map(({ family, word }) => reasonOf(rule, family, word)),
  ];
  const first = reasons[0];
  if (first === undefined) {
    const unclear = facts.unclear[0];
    return { families: FAMILIES, diagnostics: unclear === undefined ? [] : [unclearProtocol(rule, unclear)] };
  }
  // Part of a list with both kinds would be dropped in silence if the rest of the rule belongs to one family.
  const halves = facts.mixed.flatMap(({ firsts }) => firsts.map(({ family, word }) => reasonOf(rule, family, word)));
  const other = [...reasons, ...halves].find(({ family }) => family !== first.family);
  const isAsked = asked.length > 0;
  const problem = other === undefined ? [] : [isAsked ? notAsked(first, other) : bothFamilies(first, other)];
  return { families: [first.family], diagnostics: problem };
}

function reasonOf(rule: WrittenRule, family: Family, word: Word): Reason {
  return { family, name: word.value, span: innerSpan(rule, word.start, word.end) };
}

function bothFamilies(first: Reason, other: Reason): Diagnostic {
  return {
    severity: 'error',
    code: 'state.family',
    message: `${quote(first.name)} is for ${first.family} and ${quote(other.name)} for ${other.family}: no packet is both`,
    span: other.span,
    related: [{ message: `this is for ${first.family}`, span: first.span }],
    hint: 'Write one rule for each family.',
  };
}

function notAsked(asked: Reason, other: Reason): Diagnostic {
  return {
    severity: 'error',
    code: 'state.family',
    message: `${quote(other.name)} is for ${other.family} and contradicts ${quote(asked.name)}`,
    span: other.span,
    related: [{ message: `${quote(asked.name)} is said here`, span: asked.span }],
    hint: 'Correct one of the two.',
  };
}

function unclearProtocol(rule: WrittenRule, word: Word): Diagnostic {
  return {
    severity: 'error',
    code: 'state.family',
    message: `Which family \`! -p ${word.value}\` is for cannot be told from the rule`,
    span: innerSpan(rule, word.start, word.end),
    hint: 'In the other family it would match the ICMP of that family as well: add `family: ipv4` or `family: ipv6`.',
  };
}
