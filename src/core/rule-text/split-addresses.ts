import { textStyle } from '../extensions/options.ts';

type AddressList = { readonly at: number; readonly addresses: readonly string[] };

/**
 * The rules that iptables makes of one rule with lists of addresses (`-s a,b -d c,d` is four), in the order in which it appends them:
 * every destination for the first source, then for the next. `-I` puts each at the same place, so in the chain they stand in reverse.
 *
 * A list that iptables refuses, negated or with an empty part, is left as it is; `findBadAddressList` finds it.
 */
export function splitAddresses(words: readonly string[]): readonly (readonly string[])[] {
  const source = findList(words, SOURCE);
  const destination = findList(words, DESTINATION);
  if (source === undefined && destination === undefined) return [words];
  if (findBadAddressList(words) !== undefined) return [words];
  return replaceEach([words], source).flatMap((half) => replaceEach([half], destination));
}

/** How many rules `splitAddresses` would make, without making them: two words of 1,023 bytes are enough for 16,000. */
export function countSplit(words: readonly string[]): number {
  const [source, destination] = [findList(words, SOURCE), findList(words, DESTINATION)];
  return (source?.addresses.length ?? 1) * (destination?.addresses.length ?? 1);
}

/**
 * The first address list that iptables refuses, and why. With a list for one of the addresses neither of them can be negated, though the
 * one without a list could stand alone.
 */
export function findBadAddressList(
  words: readonly string[],
): { readonly at: number; readonly why: string } | undefined {
  const lists = [findList(words, SOURCE), findList(words, DESTINATION)].filter((list) => list !== undefined);
  const empty = lists.find(({ addresses }) => addresses.includes(''));
  if (empty !== undefined) return { at: empty.at, why: 'A list of addresses has an empty part' };
  const at = words.findIndex((word, index) => word === '!' && isAddressOption(words, index + 1));
  return lists.length === 0 || at < 0 ? undefined : { at, why: 'Addresses cannot be negated where one is a list' };
}

function isAddressOption(words: readonly string[], at: number): boolean {
  const option = words[at] ?? '';
  return (SOURCE.test(option) || DESTINATION.test(option)) && textStyle(words[at - 2]) === 'word';
}

/** False if the text of a rule holds no list of addresses for sure; for those who cannot lex every rule. */
export function mayHaveAddressList(text: string): boolean {
  return MAYBE_LIST.test(text);
}

const MAYBE_LIST = /(?:^| )(?:-[sd]|--so[a-z]*|--src?|--des[a-z]*|--dst?)(?: +"[^"]*| +[^ ]*),/;

// getopt takes every beginning of a name that only one option has.
const SOURCE = /^(?:-s|--(?:so(?:u(?:r(?:ce?)?)?)?|src?))$/;
const DESTINATION = /^(?:-d|--(?:des(?:t(?:i(?:n(?:a(?:t(?:i(?:on?)?)?)?)?)?)?)?|dst?))$/;

function findList(words: readonly string[], option: RegExp): AddressList | undefined {
  for (let at = 1; at < words.length; at += 1) {
    const before = words[at - 1] ?? '';
    const value = words[at] ?? '';
    if (!value.includes(',') || !option.test(before) || textStyle(words[at - 2]) !== 'word') continue;
    return { at, addresses: value.split(',').map((address) => address.trimStart()) };
  }
  return undefined;
}

function replaceEach(
  rules: readonly (readonly string[])[],
  list: AddressList | undefined,
): readonly (readonly string[])[] {
  if (list === undefined) return rules;
  return rules.flatMap((words) => list.addresses.map((address) => words.with(list.at, address)));
}
