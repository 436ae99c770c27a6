import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import type { Word } from '../../rule-text/lex.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import type { Instance } from '../as-written/rule-instance.ts';
import type { WrittenRule } from '../as-written/written.ts';
import { splitReferences } from '../values/references.ts';
import { innerSpan } from '../yaml/inner-span.ts';
import { quote } from '../yaml/quote.ts';

const LONGEST_WORD = LIMITS.word.most;

/** What a value may not make of a word: an option, a negation, nothing, or something that would not be one word in restore text. */
export function checkExpanded(
  rule: WrittenRule,
  written: readonly Word[],
  { words, bound }: Instance,
): readonly Diagnostic[] {
  return words.flatMap((word, index) => {
    const before = written[index];
    if (before === undefined || before.value === word.value) return [];
    const why = findFault(before.value, word.value);
    if (why === undefined) return [];
    const related = splitReferences(before.value).flatMap((piece) => {
      const item = typeof piece === 'string' ? undefined : bound.find((value) => value.name === piece.name);
      return item === undefined || typeof piece === 'string'
        ? []
        : [{ message: `\`$${piece.name}\` is ${item.text === '' ? 'empty' : quote(item.text)}`, span: item.span }];
    });
    return [
      {
        severity: 'error',
        code: 'state.value',
        message: `With ${related.length === 1 ? 'its value' : 'its values'} this word ${why}`,
        span: innerSpan(rule, before.start, before.end),
        related,
        hint: 'A value stands inside one word; options, negations and further words are written in the rule.',
      },
    ];
  });
}

function findFault(before: string, after: string): string | undefined {
  if (after === '') return 'is empty';
  if (after.startsWith('-') && !before.startsWith('-')) return `becomes ${quote(after)}, which begins like an option`;
  if (after === '!') return 'becomes a negation';
  const forbidden = findForbiddenCharacter(after);
  if (forbidden >= 0) return `contains ${nameCharacter(after, forbidden)}`;
  return byteLength(after) > LONGEST_WORD ? `is longer than ${LONGEST_WORD} bytes` : undefined;
}
