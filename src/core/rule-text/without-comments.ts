import { lexRule } from './lex.ts';

/** A key for rules that say the same to the kernel: the words of a saved text without its comments, which no packet meets. */
export function withoutComments(text: string): string {
  if (!text.includes('--comment ')) return text;
  const { words } = lexRule(text);
  const kept = words.flatMap(({ value, start, end }, index) => {
    const isComment =
      (value === '-m' && words[index + 1]?.value === 'comment' && words[index + 2]?.value === '--comment') ||
      (value === 'comment' && words[index - 1]?.value === '-m' && words[index + 1]?.value === '--comment') ||
      (value === '--comment' && words[index - 1]?.value === 'comment') ||
      (words[index - 1]?.value === '--comment' && words[index - 2]?.value === 'comment');
    return isComment ? [] : [text.slice(start, end)];
  });
  return kept.join(' ');
}
