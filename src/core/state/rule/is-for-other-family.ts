import type { Span } from '../../diagnostics/span.ts';
import type { Family } from '../../rules/types.ts';
import type { Instance } from '../as-written/rule-instance.ts';
import type { WrittenRule } from '../as-written/written.ts';
import { splitReferences } from '../values/references.ts';
import { readWords } from './read-words.ts';
import { findRuleFacts } from './rule-facts.ts';

/**
 * Whether a rule of a template is for the other family all by the template's doing: by words and values that are not those of the
 * document, where the last of `calls` stands. A document for one family does without such a rule.
 */
export function isForOtherFamily(
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
