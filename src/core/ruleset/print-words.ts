import { findForbiddenCharacter, nameCharacter } from './forbidden-character.ts';

/** Options whose value iptables-save 1.8.9 prints bare only if it is made of letters, digits, `_` and `-`. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set(['--comment', '--log-prefix', '--nflog-prefix', '--helper']);

/** Options whose value iptables-save 1.8.9 always prints in quotes, with single quotes as they are. */
const QUOTED_OPTIONS: ReadonlySet<string> = new Set(['--string', '--hex-string', '--u32', '--bytecode']);

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
  if (option !== undefined && QUOTED_OPTIONS.has(option)) return `"${word.replace(/["\\]/g, '\\$&')}"`;
  const isText = option !== undefined && TEXT_OPTIONS.has(option);
  const isBare = isText ? /^[\w-]+$/.test(word) : word !== '' && !word.includes(' ') && !word.includes('"');
  return isBare ? word : `"${word.replace(/["'\\]/g, '\\$&')}"`;
}
