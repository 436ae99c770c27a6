import { lexRule } from './lex.ts';

/** One `recent` match of a rule: the list that it names, and the mask that the kernel keeps with the list. */
export type Recent = { readonly name: string; readonly mask: string };

/** The recent matches of a rule, read from its saved text. */
export function recentsOf(text: string): readonly Recent[] {
  if (!text.includes('-m recent ')) return [];
  const words = lexRule(text).words.map(({ value }) => value);
  const found: { name: string; mask: string }[] = [];
  let last: { name: string; mask: string } | undefined;
  for (const [index, word] of words.entries()) {
    const value = words[index + 1] ?? '';
    if (word === '-m') {
      last = value === 'recent' ? { name: 'DEFAULT', mask: '' } : undefined;
      if (last !== undefined) found.push(last);
    } else if (last !== undefined && word === '--name') last.name = value;
    else if (last !== undefined && word === '--mask') last.mask = value;
  }
  return found;
}
