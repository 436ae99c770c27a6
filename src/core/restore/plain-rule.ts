import { hiddenOption, LONG_NAMES } from '../rule-text/command-options.ts';
import { findClosingQuote } from '../rule-text/lex.ts';
import { mayHaveAddressList } from '../rule-text/split-addresses.ts';

/** Every beginning of a name that `hiddenOption` knows. */
const BEGINNINGS = LONG_NAMES.flatMap((name) => [...name].map((_, index) => name.slice(0, index + 1)))
  .filter((beginning) => hiddenOption(beginning) !== undefined)
  .join('|');

/**
 * What makes a rule need a closer look: a short option that is not part of a rule, a value written onto its option, a long option
 * that has a short one or may be the beginning of one that has no place in a rule, a slash or quotes in a name that iptables loads a library
 * by, a comment sign, two blanks, a blank at the end.
 */
const ODD = new RegExp(
  `(?:^| )(?:-(?![sdiopjgmf](?: |$)|-)|--(?:${LONG_NAMES.join('|')}|${BEGINNINGS})(?=[ =]|$)|-[mjgp] [^ ]*[/"]|#| |$)`,
);

/**
 * True if the text behind `-A CHAIN ` is one rule for sure and can stand as it is. False means only that it has to be lexed. The
 * caller has checked that the text is printable ASCII.
 */
export function isPlainRule(text: string): boolean {
  if (text.length > 1000 || !(text.startsWith('-') || text.startsWith('!'))) return false;
  const bare = text.includes('"') ? emptyQuotes(text) : text;
  if (bare === undefined || ODD.test(bare)) return false;
  return !text.includes(',') || !mayHaveAddressList(text);
}

/** The text with nothing between quotes, or undefined unless every quoted stretch is a word by itself and no option. */
function emptyQuotes(text: string): string | undefined {
  let bare = '';
  let from = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
    const close = findClosingQuote(text, open + 1);
    const isWord = text.charAt(open - 1) === ' ' && (close + 1 === text.length || text.charAt(close + 1) === ' ');
    if (close < 0 || !isWord || '-\\'.includes(text.charAt(open + 1))) return undefined;
    bare += `${text.slice(from, open)}""`;
    from = close + 1;
  }
  return bare + text.slice(from);
}
