import { textStyle } from '../extensions/options.ts';
import { findForbiddenCharacter, nameCharacter } from '../rules/forbidden-character.ts';

/**
 * Words to the text of a rule, such that iptables-restore reads back exactly these words (`lexRule` too). Words are quoted where they
 * must be, and the values of text options where iptables-save would.
 *
 * Throws on a control character: no quoting can carry it, so a caller that lets one through has a bug.
 */
export function printWords(words: readonly string[]): string {
  return words.map((word, index) => printWord(word, words[index - 1])).join(' ');
}

function printWord(word: string, option: string | undefined): string {
  const forbidden = findForbiddenCharacter(word);
  if (forbidden >= 0) throw new Error(`A word of a rule contains ${nameCharacter(word, forbidden)}`);
  const style = textStyle(option);
  if (style === 'quoted') return `"${word.replace(/["\\]/g, '\\$&')}"`;
  const isBare = style === 'text' ? /^[\w-]+$/.test(word) : word !== '' && !word.includes(' ') && !word.includes('"');
  return isBare ? word : `"${word.replace(/["'\\]/g, '\\$&')}"`;
}
