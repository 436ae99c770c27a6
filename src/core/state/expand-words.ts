import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Word } from '../ruleset/lex.ts';
import { innerSpan } from './inner-span.ts';
import type { WrittenRule } from './written.ts';

/** `$$`, `${name}`, `$name`, or a lone dollar. */
const REFERENCE = /\$(?:(\$)|\{([^}]*)\}|([A-Za-z_]\w*))?/g;

/**
 * Replaces `$name` and `${name}` inside the words of a rule, and `$$` by a dollar. It works on words that are already cut, so a value
 * can never add a word, an option or a line.
 */
export function expandWords(
  rule: WrittenRule,
  words: readonly Word[],
  values: ReadonlyMap<string, string>,
): { readonly words: readonly Word[]; readonly diagnostics: readonly Diagnostic[] } {
  if (!rule.text.includes('$')) return { words, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const expanded = words.map((word) => ({
    ...word,
    value: word.value.replace(REFERENCE, (all, dollar?: string, braced?: string, bare?: string) => {
      if (dollar !== undefined) return '$';
      const name = braced ?? bare;
      const value = name === undefined ? undefined : values.get(name);
      if (value === undefined) diagnostics.push(unknownValue(rule, word, all, name, values));
      return value ?? '';
    }),
  }));
  return { words: expanded, diagnostics };
}

function unknownValue(
  rule: WrittenRule,
  word: Word,
  reference: string,
  name: string | undefined,
  values: ReadonlyMap<string, string>,
): Diagnostic {
  const at = rule.text.indexOf(reference, word.start);
  const isInside = at >= 0 && at < word.end;
  const near = name === undefined ? undefined : nearest(name, values.keys());
  const dollar = 'For a dollar sign write `$$`.';
  return {
    severity: 'error',
    code: name === undefined ? 'state.syntax' : 'state.unknown-value',
    message: name === undefined ? 'A `$` without a name after it' : `No value named \`${name}\``,
    span: innerSpan(rule, isInside ? at : word.start, isInside ? at + reference.length : word.end),
    hint: near === undefined ? dollar : `Did you mean \`$${near}\`? ${dollar}`,
  };
}
