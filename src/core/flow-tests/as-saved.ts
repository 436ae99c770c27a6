import { OPTIONS, optionsThat, textStyle } from '../extensions/options.ts';
import { ownerOfOption } from '../extensions/owner-of-option.ts';
import { lexRule } from '../rule-text/lex.ts';
import { printWords } from '../rule-text/print-words.ts';
import { splitAddresses } from '../rule-text/split-addresses.ts';

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  OPTIONS.flatMap(({ names: [first = '', ...others] }) => others.map((name) => [name, first] as const)),
);
/** Several protocols have these, so they belong to none. */
const PORTS = optionsThat(({ role }) => role === 'port');

/** Names that modules of protocols have behind `-m`, where they are not those of the protocol. */
const MODULES: Readonly<Record<string, string>> = {
  icmpv6: 'icmp6',
  'ipv6-icmp': 'icmp6',
  58: 'icmp6',
  6: 'tcp',
  17: 'udp',
  1: 'icmp',
  132: 'sctp',
};

/**
 * A rule as somebody wrote it, as iptables-save would print it as far as its meaning goes: short names of options, `-m` for the options of a protocol, the
 * target last, a rule for each address of a list. What is not known stays as it is, and whoever reads it says that it cannot. It is for the
 * places where no kernel can be asked.
 */
export function asSaved(text: string): readonly string[] {
  const { words, problem } = lexRule(text);
  if (problem !== undefined) return [text];
  // A quoted word is a value, whatever it looks like.
  const values = words.map(({ value }, at) => (isOptionAt(words, at) ? (SPELLINGS.get(value) ?? value) : value));
  return splitAddresses(withTargetLast(withModules(values))).map(printWords);
}

function isOptionAt(words: readonly { readonly value: string; readonly quoted: boolean }[], at: number): boolean {
  const word = words[at];
  return word?.value.startsWith('-') === true && !word.quoted && textStyle(words[at - 1]?.value) === 'word';
}

/** iptables loads the module of the protocol when one of its options comes; save prints it. */
function withModules(words: readonly string[]): readonly string[] {
  const at = words.indexOf('-p');
  const protocol = words[at + 1];
  if (at < 0 || protocol === undefined) return words;
  const module = MODULES[protocol] ?? protocol;
  const first = words.findIndex((word, index) => textStyle(words[index - 1]) === 'word' && isOfProtocol(word));
  const isLoaded = words.some((word, index) => word === '-m' && words[index + 1] === module);
  if (first < 0 || isLoaded) return words;
  const from = words[first - 1] === '!' ? first - 1 : first;
  return words.toSpliced(from, 0, '-m', module);
}

function isOfProtocol(word: string): boolean {
  const owner = word.startsWith('--') ? ownerOfOption(word) : undefined;
  return PORTS.has(word) || (owner !== undefined && 'protocol' in owner);
}

/** Matches may stand behind the target. */
function withTargetLast(words: readonly string[]): readonly string[] {
  const at = words.findIndex(
    (word, index) => (word === '-j' || word === '-g') && textStyle(words[index - 1]) === 'word',
  );
  if (at < 0) return words;
  const isMatch = (word: string | undefined) => {
    if (word === undefined) return false;
    if (/^-[sdiopmf]$/.test(word)) return true;
    const owner = word.startsWith('--') ? ownerOfOption(word) : undefined;
    return owner !== undefined && !('target' in owner);
  };
  const next = words.findIndex(
    (word, index) => index > at + 1 && (isMatch(word) || (word === '!' && isMatch(words[index + 1]))),
  );
  return next < 0 ? words : [...words.slice(0, at), ...words.slice(next), ...words.slice(at, next)];
}
