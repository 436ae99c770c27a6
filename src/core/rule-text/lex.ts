import { LIMITS } from '../limits.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../rules/forbidden-character.ts';

/** One word of a rule. `value` is what iptables works with; offsets are into the lexed text and take in the quotes. */
export type Word = { readonly value: string; readonly start: number; readonly end: number; readonly quoted: boolean };

type LexProblem = { readonly message: string; readonly start: number; readonly end: number };

const LONGEST_WORD = LIMITS.word.most;

const LONGEST_RULE = LIMITS.rule.most;

const TAB = 9;
const BLANK = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Cuts one rule into words as iptables-restore 1.8.9 does (test/kernel/grammar.test.ts): blanks and tabs separate; a double quote may
 * open anywhere in a word and ends the word where it closes; inside quotes a backslash makes the next character ordinary; outside
 * it is ordinary itself, as a single quote is everywhere.
 *
 * What restore would cut or take for something else is a problem instead: control characters (inside quotes also a tab), an open
 * quote, excessive length. `words` are then those before the problem.
 */
export function lexRule(text: string): { readonly words: readonly Word[]; readonly problem?: LexProblem } {
  const words: Word[] = [];
  if (byteLength(text) > LONGEST_RULE) {
    const message = `The rule is longer than ${LONGEST_RULE} bytes, and iptables-restore would read the rest as another line`;
    return { words, problem: { message, start: 0, end: text.length } };
  }
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const word = lexWord(text, at);
    const problem = checkWord(text, at, word);
    if (word === undefined || problem !== undefined) return problem === undefined ? { words } : { words, problem };
    words.push(word);
    at = word.end;
  }
  return { words };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB;
}

/** The word that begins at `start`, which is not blank, or undefined if its quote is not closed. */
function lexWord(text: string, start: number): Word | undefined {
  let at = start;
  for (; at < text.length && !isBlank(text.charCodeAt(at)); at += 1) {
    if (text.charCodeAt(at) !== QUOTE) continue;
    const close = findClosingQuote(text, at + 1);
    if (close < 0) return undefined;
    const inside = text.slice(at + 1, close).replace(/\\(.)/gs, '$1');
    return { value: text.slice(start, at) + inside, start, end: close + 1, quoted: true };
  }
  return { value: text.slice(start, at), start, end: at, quoted: false };
}

/** Index of the quote that ends what begins at `from`, behind its opening quote; -1 if there is none. */
export function findClosingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return -1;
}

function checkWord(text: string, start: number, word: Word | undefined): LexProblem | undefined {
  const end = word?.end ?? text.length;
  const forbidden = findForbiddenCharacter(text.slice(start, end));
  if (forbidden >= 0) {
    const at = start + forbidden;
    return { message: `The rule contains ${nameCharacter(text, at)}`, start: at, end: at + 1 };
  }
  if (word === undefined) return { message: 'A double quote is not closed', start: text.indexOf('"', start), end };
  if (byteLength(word.value) > LONGEST_WORD)
    return { message: `A word is longer than ${LONGEST_WORD} bytes`, start, end };
  return undefined;
}
