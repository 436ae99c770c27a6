import { familyOfMatch, familyOfTarget } from '../../extensions/names.ts';
import { OPTIONS } from '../../extensions/options.ts';
import { familyOfReject } from '../../extensions/reject-types.ts';
import type { Word } from '../../rule-text/lex.ts';
import { addressFamily } from '../../rules/address-family.ts';
import type { Family } from '../../rules/types.ts';
import {
  commandOption,
  DESTINATION_OPTIONS,
  JUMP_OPTIONS,
  joinedOption,
  MATCH_OPTIONS,
  PROTOCOL_OPTIONS,
  SOURCE_OPTIONS,
  TEXT_OPTIONS,
} from './rule-options.ts';

export type Pin = {
  readonly family: Family;
  readonly word: Word;
  /** A protocol, which is only a number: packets of the other family hardly have it, and a rule may ask for it all the same. */
  readonly isNumber?: true;
};

/** A comma list of addresses of both families, and for each family a list of its own. */
export type MixedList = {
  readonly index: number;
  readonly lists: Readonly<Record<Family, string>>;
  /** The first address of each family. */
  readonly firsts: readonly Pin[];
};

/** What is known of a rule without knowing any extension. Indexes are into its words. */
export type RuleFacts = {
  readonly pins: readonly Pin[];
  readonly mixed: readonly MixedList[];
  /** Protocols that belong to a family but are negated. */
  readonly unclear: readonly Word[];
  /** Index of the word after `-j` or `-g`, which may be missing. */
  readonly jumps: readonly number[];
  /** Indexes of `-4` and `-6`, which say where the rule goes and are no part of it. */
  readonly dropped: readonly number[];
  readonly problems: readonly { readonly word: Word; readonly message: string; readonly hint: string }[];
};

/** Reads a rule word by word. Bounded by its length; unknown options are passed over. */
export function findRuleFacts(words: readonly Word[]): RuleFacts {
  const pins: Pin[] = [];
  const mixed: MixedList[] = [];
  const unclear: Word[] = [];
  const jumps: number[] = [];
  const dropped: number[] = [];
  const problems: { word: Word; message: string; hint: string }[] = [];
  const pin = (family: Family | undefined, word: Word) => {
    if (family !== undefined) pins.push({ family, word });
  };
  const addAddresses = (word: Word, index: number, familyOf: (part: string) => Family | undefined) => {
    const list = word.value.includes(',') ? readList(word, index, familyOf) : undefined;
    if (list === undefined) pin(familyOf(word.value), word);
    else if ('lists' in list) mixed.push(list);
    else pins.push(...list.pins);
  };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    const { value } = word;
    const next = words[index + 1];
    if (value[0] !== '-') {
      addAddresses(word, index, addressFamily);
      continue;
    }
    const problem = findProblem(word);
    if (problem !== undefined) problems.push({ word, ...problem });
    const option = OPTION_FAMILIES.get(value);
    pin(option, word);
    if (value === '-4' || value === '-6' || value === '--ipv4' || value === '--ipv6') dropped.push(index);
    if (next === undefined) {
      if (takesValue(value))
        problems.push({ word, message: `\`${value}\` needs a value`, hint: 'The rule ends too early.' });
      continue;
    }
    if (next.value.includes('/') && LOADED_NAMES.has(value)) problems.push({ word: next, ...PATH_NAME });
    if (TEXT_OPTIONS.has(value)) {
      index += 1;
    } else if (JUMP_OPTIONS.has(value)) {
      jumps.push(index + 1);
      pin(familyOfTarget(next.value), next);
      index += 1;
    } else if (MATCH_OPTIONS.has(value)) {
      pin(familyOfMatch(next.value), next);
      index += 1;
    } else if (PROTOCOL_OPTIONS.has(value)) {
      const family = PROTOCOL_FAMILIES.get(next.value.toLowerCase());
      if (family !== undefined && words[index - 1]?.value === '!') unclear.push(next);
      else if (family !== undefined) pins.push({ family, word: next, isNumber: true });
      index += 1;
    } else if (value === '--reject-with') {
      pin(familyOfReject(next.value), next);
      index += 1;
    } else if (SOURCE_OPTIONS.has(value) || DESTINATION_OPTIONS.has(value)) {
      addAddresses(next, index + 1, hostFamily);
      index += 1;
    }
  }
  return { pins, mixed, unclear, jumps, dropped, problems };
}

/** iptables builds the path of a library to load from these names. */
const LOADED_NAMES: ReadonlySet<string> = new Set([...MATCH_OPTIONS, ...JUMP_OPTIONS, ...PROTOCOL_OPTIONS]);

const PATH_NAME = {
  message: 'A name with a slash is no match, target, chain or protocol',
  hint: 'Write the bare name.',
};

/** Of the options that are known here. A comment that is put behind one without a value would become its value. */
function takesValue(option: string): boolean {
  const known = [TEXT_OPTIONS, JUMP_OPTIONS, MATCH_OPTIONS, PROTOCOL_OPTIONS, SOURCE_OPTIONS, DESTINATION_OPTIONS];
  return known.some((options) => options.has(option));
}

const OPTION_FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['-4', 'ipv4'],
  ['--ipv4', 'ipv4'],
  ['-6', 'ipv6'],
  ['--ipv6', 'ipv6'],
  ...OPTIONS.flatMap(({ names, family }) => (family === undefined ? [] : names.map((name) => [name, family] as const))),
]);

/** Names, which iptables takes in any letter case, and numbers. */
const PROTOCOL_FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['icmp', 'ipv4'],
  ['1', 'ipv4'],
  ['icmpv6', 'ipv6'],
  ['ipv6-icmp', 'ipv6'],
  ['58', 'ipv6'],
]);

function findProblem({ value }: Word): { readonly message: string; readonly hint: string } | undefined {
  const why = commandOption(value);
  return why === undefined
    ? joinedOption(value)
    : { message: `\`${value}\` has no place in a rule`, hint: `Remove it: it ${why}.` };
}

function readList(
  word: Word,
  index: number,
  familyOf: (part: string) => Family | undefined,
): MixedList | { readonly pins: readonly Pin[] } {
  const parts = word.value.split(',').map((part) => ({ part, family: familyOf(part) }));
  const listOf = (family: Family) =>
    parts.filter((one) => one.family === undefined || one.family === family).map(({ part }) => part);
  const firsts = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const part = parts.find((one) => one.family === family)?.part;
    return part === undefined ? [] : [{ family, word: partOf(word, part) }];
  });
  if (firsts.length < 2) return { pins: firsts };
  return { index, firsts, lists: { ipv4: listOf('ipv4').join(','), ipv6: listOf('ipv6').join(',') } };
}

function partOf(word: Word, part: string): Word {
  if (word.quoted) return { ...word, value: part };
  const start = word.start + word.value.indexOf(part);
  return { value: part, start, end: start + part.length, quoted: false };
}

/** After `-s` and `-d` also short forms (`10/8`) and misspelt addresses tell the family; `0/0` is everything in both. */
function hostFamily(part: string): Family | undefined {
  const family = addressFamily(part);
  if (family !== undefined) return family;
  if (part.includes(':')) return 'ipv6';
  return /^[\d.]+(?:\/[\d.]+)?$/.test(part) && !/^0+(?:\/0+)$/.test(part) ? 'ipv4' : undefined;
}
