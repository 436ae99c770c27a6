import { optionsThat, textStyle } from '../extensions/options.ts';
import { lexRule, type Word } from './lex.ts';
/** One option of a rule that a packet has to meet. `-m NAME` is one as well: some matches have no option. */
export type Match = {
  readonly module?: string;
  readonly option: string;
  readonly negated: boolean;
  readonly values: readonly string[];
};

export type Target = { readonly kind: 'jump' | 'goto'; readonly name: string; readonly options: readonly string[] };

export type SplitRule = { readonly matches: readonly Match[]; readonly target?: Target };

const ONE_VALUE = optionsThat(({ role, words }) => role !== undefined && role !== 'port' && words === 1);

/** A rule as iptables-save prints it, where the target stands last. Undefined when it cannot be read for sure. */
export function splitRule(text: string): SplitRule | undefined {
  const { words, problem } = lexRule(text);
  if (problem !== undefined) return undefined;
  const matches: Match[] = [];
  let module: string | undefined;
  for (let at = 0; at < words.length; ) {
    const negated = isSign(words[at]);
    if (negated) at += 1;
    const option = words[at]?.value ?? '';
    if (!option.startsWith('-')) return undefined;
    const end = endOfValues(words, at);
    const values = words.slice(at + 1, end).map((word) => word.value);
    if (option === '-j' || option === '-g') {
      const [name, ...options] = words.slice(at + 1).map((word) => word.value);
      if (name === undefined || negated) return undefined;
      return { matches, target: { kind: option === '-j' ? 'jump' : 'goto', name, options } };
    }
    if (option === '-m') module = values[0];
    matches.push({ option, negated, values, ...(module === undefined ? {} : { module }) });
    at = end;
  }
  return { matches };
}

/** Values may look like options where an option always has one: `--comment -j`. */
function endOfValues(words: readonly Word[], at: number): number {
  const option = words[at]?.value ?? '';
  if (ONE_VALUE.has(option) || textStyle(option) !== 'word') return Math.min(at + 2, words.length);
  let end = at + 1;
  while (end < words.length && !isSign(words[end]) && !isOption(words[end])) end += 1;
  return end;
}

function isSign(word: Word | undefined): boolean {
  return word?.value === '!' && !word.quoted;
}

function isOption(word: Word | undefined): boolean {
  return word?.value.startsWith('-') === true && !word.quoted;
}
