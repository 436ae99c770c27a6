import { lexRule } from '../rule-text/lex.ts';
import { printWords } from '../rule-text/print-words.ts';

/** A rule's text without its comment, and the comment, where `comment:` in a document gives the same text back. */
export function splitComment(text: string): { readonly rule: string; readonly comment?: string } {
  if (!text.includes('-m comment --comment ')) return { rule: text };
  const words = lexRule(text).words.map((word) => word.value);
  const at = words.findIndex(
    (word, index) => word === '-m' && words[index + 1] === 'comment' && words[index + 2] === '--comment',
  );
  const comment = words[at + 3];
  const rest = [...words.slice(0, at), ...words.slice(at + 4)];
  // `comment:` is put in front of the jump, or at the end when there is none.
  const isBeforeJump = at >= 0 && (rest[at] === '-j' || rest[at] === '-g' || at === rest.length);
  if (!isBeforeJump || comment === undefined || comment === '') return { rule: text };
  const again = printWords([...rest.slice(0, at), '-m', 'comment', '--comment', comment, ...rest.slice(at)]);
  return again === text && rest.length > 0 ? { rule: printWords(rest), comment } : { rule: text };
}
