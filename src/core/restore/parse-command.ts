import { textStyle } from '../extensions/options.ts';
import { abbreviatedOption, hiddenOption, longOption, optionUse, whyRefused } from '../rule-text/command-options.ts';
import type { Word } from '../rule-text/lex.ts';
import type { Family, Policy } from '../rules/types.ts';

/** What is wrong with a line. Offsets are into its text. */
export type LineProblem = {
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
};

/** One line of restore text inside a table. `rule` are the words of the rule without counters; `number` counts from 1. */
export type Command =
  | { readonly kind: 'skip' }
  | {
      readonly kind: 'append' | 'delete';
      readonly chain: Word;
      readonly number?: undefined;
      readonly rule: readonly string[];
    }
  | {
      readonly kind: 'insert' | 'replace';
      readonly chain: Word;
      readonly number: Word | undefined;
      readonly rule: readonly string[];
    }
  | { readonly kind: 'delete-number'; readonly chain: Word; readonly number: Word }
  | { readonly kind: 'new'; readonly chain: Word }
  | { readonly kind: 'flush' | 'remove' | 'zero'; readonly chain: Word | undefined }
  | { readonly kind: 'policy'; readonly chain: Word; readonly policy: Policy; readonly word: Word };

type Verb = { readonly letter: string; readonly word: Word; readonly chain?: Word; readonly extra?: Word };

type Reading = {
  readonly words: readonly Word[];
  /** Index of the next word. */
  at: number;
  readonly rule: string[];
  readonly families: Set<string>;
  verb: Verb | undefined;
  /** False behind an option of a match or target, whose values cannot be distinguished from stray words here. */
  expectsOption: boolean;
};

/**
 * Reads the words of a line as getopt does for iptables-restore 1.8.9: options in any order, `-IT`, `--append=T`, `-vA T`. Options of
 * matches and targets are not known here; they and their values are the rule's words as they stand.
 */
export function parseCommand(words: readonly Word[], family: Family): Command | LineProblem {
  const reading: Reading = { words, at: 0, rule: [], families: new Set(), verb: undefined, expectsOption: true };
  const mine = family === 'ipv4' ? '4' : '6';
  for (let word = take(reading); word !== undefined; word = take(reading)) {
    const problem = readWord(reading, word);
    // iptables forgives much on lines for the other family, even unknown options; so order matters only for nonsense.
    if ([...reading.families].some((other) => other !== mine)) return { kind: 'skip' };
    if (problem !== undefined) return problem;
  }
  return finish(reading);
}

export function isProblem(result: Command | LineProblem): result is LineProblem {
  return 'message' in result;
}

function take(reading: Reading): Word | undefined {
  const word = reading.words[reading.at];
  if (word !== undefined) reading.at += 1;
  return word;
}

/** The next word if it can be an optional value. */
function takeOptional(reading: Reading): Word | undefined {
  const next = reading.words[reading.at]?.value ?? '-';
  return next.startsWith('-') || next.startsWith('!') ? undefined : take(reading);
}

function readWord(reading: Reading, word: Word): LineProblem | undefined {
  const { value } = word;
  if (value.startsWith('--') && value.length > 2) return readLong(reading, word);
  if (value.startsWith('-') && value.length > 1) return readShort(reading, word);
  if (value === '!') {
    reading.rule.push(value);
    reading.expectsOption = false;
    return undefined;
  }
  if (reading.expectsOption || (value.startsWith('#') && !reading.rule.at(-1)?.startsWith('--'))) return stray(word);
  reading.rule.push(value);
  return undefined;
}

function stray(word: Word): LineProblem {
  const hint = word.value.startsWith('#')
    ? 'A comment takes a line of its own and begins in its first column; in a rule write -m comment --comment.'
    : undefined;
  return {
    ...at(word, `iptables-restore does not expect "${word.value}" here`),
    ...(hint === undefined ? {} : { hint }),
  };
}

function readLong(reading: Reading, word: Word): LineProblem | undefined {
  const equals = word.value.indexOf('=');
  const name = word.value.slice(2, equals < 0 ? undefined : equals);
  const isFirst = reading.verb === undefined && reading.rule.length === 0;
  const letter = longOption(name) ?? (isFirst ? abbreviatedOption(name) : undefined);
  const attached = equals < 0 ? undefined : { ...word, value: word.value.slice(equals + 1) };
  if (letter !== undefined) return readOption(reading, word, letter, attached);
  const hidden = hiddenOption(name);
  if (hidden !== undefined) return at(word, whyRefused(hidden));
  reading.rule.push(word.value);
  reading.expectsOption = false;
  if (textStyle(word.value) === 'word') return undefined;
  const text = take(reading);
  if (text !== undefined) reading.rule.push(text.value);
  reading.expectsOption = true;
  return undefined;
}

function readShort(reading: Reading, word: Word): LineProblem | undefined {
  for (let at = 1; at < word.value.length; at += 1) {
    const letter = word.value.charAt(at);
    const use = optionUse(letter);
    if (use === undefined) {
      reading.rule.push(`-${word.value.slice(at)}`);
      reading.expectsOption = false;
      return undefined;
    }
    const takesValue = use === 'command' || use === 'argument' || use === 'counters';
    const rest = word.value.slice(at + 1);
    const attached = takesValue && rest !== '' ? { ...word, value: rest } : undefined;
    const problem = readOption(reading, word, letter, attached);
    if (takesValue || problem !== undefined) return problem;
  }
  return undefined;
}

function readOption(reading: Reading, word: Word, letter: string, attached: Word | undefined): LineProblem | undefined {
  const use = optionUse(letter);
  const isNegated = reading.rule.at(-1) === '!' && !reading.expectsOption;
  reading.expectsOption = true;
  if (use === 'refused') return at(word, whyRefused(letter));
  if (use === 'argument') return readArgument(reading, letter, attached);
  if (use === 'flag') {
    reading.rule.push(`-${letter}`);
    return undefined;
  }
  if (isNegated) return at(word, `"!" has no meaning before "${word.value}"`);
  if (use === 'command') return readVerb(reading, word, letter, attached);
  if (use === 'family') reading.families.add(letter);
  return use === 'counters' ? readCounters(reading, word, attached) : undefined;
}

/** iptables 1.8.9 takes these values only as words of their own: `-jDROP` is a jump to "-jDROP". The kernel will tell. */
function readArgument(reading: Reading, letter: string, attached: Word | undefined): LineProblem | undefined {
  if (attached === undefined) {
    const value = take(reading);
    reading.rule.push(`-${letter}`, ...(value === undefined ? [] : [value.value]));
    return value !== undefined && isPathName(letter, value.value) ? at(value, PATH_NAME) : undefined;
  }
  reading.rule.push(`-${letter}${attached.value}`);
  return isPathName(letter, attached.value) ? at(attached, PATH_NAME) : undefined;
}

/** iptables builds the path of a library to load from the names of matches, targets and protocols. */
function isPathName(letter: string, value: string): boolean {
  return 'mjgp'.includes(letter) && value.includes('/');
}

const PATH_NAME = 'A name with a slash is no match, target, chain or protocol';

function readCounters(reading: Reading, word: Word, attached: Word | undefined): LineProblem | undefined {
  const packets = (attached ?? take(reading))?.value ?? '';
  const both = packets.includes(',') ? packets : `${packets},${takeOptional(reading)?.value ?? ''}`;
  return /^\d+,\d+$/.test(both)
    ? undefined
    : at(word, `"${word.value}" needs a number of packets and a number of bytes`);
}

function readVerb(reading: Reading, word: Word, letter: string, attached: Word | undefined): LineProblem | undefined {
  if (reading.verb !== undefined) {
    return at(word, `"${word.value}" stands in a line that has the command "${reading.verb.word.value}" already`);
  }
  const isOptional = letter === 'F' || letter === 'X' || letter === 'Z';
  const chain = attached ?? (isOptional ? takeOptional(reading) : take(reading));
  if (chain === undefined && !isOptional) return at(word, `"${word.value}" needs a chain`);
  const takesExtra = 'IRDPZ'.includes(letter) && chain !== undefined;
  const extra = takesExtra ? takeOptional(reading) : undefined;
  reading.verb = { letter, word, ...(chain === undefined ? {} : { chain }), ...(extra === undefined ? {} : { extra }) };
  return undefined;
}

function finish(reading: Reading): Command | LineProblem {
  const { verb, rule } = reading;
  if (verb === undefined) return noCommand(reading.words);
  const { letter, word, chain, extra } = verb;
  if ('NFXZP'.includes(letter) || (letter === 'D' && extra !== undefined)) {
    if (rule.length > 0) return at(word, `"${word.value}" does not take a rule`);
  }
  if (letter === 'F' || letter === 'X' || letter === 'Z') return { kind: VERBS[letter], chain };
  if (chain === undefined) return at(word, `"${word.value}" needs a chain`);
  if (letter === 'N') return { kind: 'new', chain };
  if (letter === 'P') return policy(word, chain, extra);
  if (letter === 'A') return { kind: 'append', chain, rule };
  if (letter === 'I') return { kind: 'insert', chain, number: extra, rule };
  if (letter === 'D') {
    return extra === undefined ? { kind: 'delete', chain, rule } : { kind: 'delete-number', chain, number: extra };
  }
  return extra === undefined
    ? at(word, `"${word.value}" needs a rule number`)
    : { kind: 'replace', chain, number: extra, rule };
}

const VERBS = { F: 'flush', X: 'remove', Z: 'zero' } as const;

function policy(word: Word, chain: Word, extra: Word | undefined): Command | LineProblem {
  if (extra === undefined) return at(word, `"${word.value}" needs a chain and a policy`);
  if (extra.value !== 'ACCEPT' && extra.value !== 'DROP')
    return at(extra, `"${extra.value}" is not a policy; it is ACCEPT or DROP`);
  return { kind: 'policy', chain, policy: extra.value, word: extra };
}

function noCommand(words: readonly Word[]): LineProblem {
  const message = 'The line has no command such as -A CHAIN';
  return { message, start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 };
}

function at(word: Word, message: string): LineProblem {
  return { message, start: word.start, end: word.end };
}
