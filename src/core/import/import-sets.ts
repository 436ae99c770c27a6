import { ownerOf } from '../ownership/known-programs.ts';
import type { Family } from '../rules/types.ts';
import { namedSets } from '../sets/headers.ts';
import { allLines } from '../sets/ipset/lines.ts';
import { familyOf, hasTimeout, typeOf } from '../sets/ipset/parse-header.ts';
import type { LiveSet } from '../sets/ipset/types.ts';
import { SET_TYPES } from '../state/schema/set-shape.ts';

/** A set as a document declares it. */
export type ImportedSet = {
  readonly name: string;
  readonly type: string;
  readonly family?: Family;
  readonly options: readonly (readonly [name: string, value: string])[];
  /** Absent where the content is the business of others. */
  readonly entries?: readonly string[];
};

/** What a document can call a set; the copy that swaps names with it takes one byte of 31. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,29}$/;
/** Options without a value. */
const FLAGS: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo']);
const TYPES: readonly string[] = Object.values(SET_TYPES).flat();
/** What fw makes of a set that does not say it. */
const UNSAID: readonly string[] = ['maxelem 65536', 'size 8'];

/** Rules whose target writes into a set: its entries come and go with packets. */
const WRITES = /--(?:add-set|del-set|map-set) "?([^\s"]+)/g;

/** Names of the sets that rules name and a document can declare. Those of programs that fw knows are left to them. */
export function setsToImport(rules: readonly string[], withForeign: boolean): readonly string[] {
  const isWanted = (name: string) => NAME.test(name) && (withForeign || ownerOf(name) === undefined);
  return [...namedSets(rules)].filter(isWanted).sort();
}

/**
 * Live sets as documents declare them. Entries with a time are left alone by every plan, so they are not written; a set that rules write
 * into is declared without entries. A list is left out where one of its members is: a document could not declare it then.
 */
export function importSets(sets: readonly LiveSet[], rules: readonly string[]): readonly ImportedSet[] {
  const written = new Set(rules.flatMap((rule) => [...rule.matchAll(WRITES)].map((match) => match[1] ?? '')));
  const known = sets.filter(({ name, header }) => NAME.test(name) && TYPES.includes(typeOf(header)));
  const names = new Set(known.filter((set) => !isList(set)).map(({ name }) => name));
  return known
    .filter((set) => !isList(set) || allLines(set.entries).every((member) => names.has(member)))
    .map((set) => importSet(set, written.has(set.name)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function importSet({ name, header, entries }: LiveSet, isWritten: boolean): ImportedSet {
  const family = familyOf(header);
  const lines = allLines(entries);
  // Nothing in it is there to stay: so it is a list of bans of another program, empty at times.
  const isOthers = isWritten || (hasTimeout(header) && lines.length === 0);
  return {
    name,
    type: typeOf(header),
    ...(family === undefined ? {} : { family }),
    options: optionsOf(header),
    // The order of a hash is the kernel's own.
    ...(isOthers ? {} : { entries: header.startsWith('hash:') ? lines.sort() : lines }),
  };
}

function optionsOf(header: string): ImportedSet['options'] {
  const options: (readonly [string, string])[] = [];
  const [, ...words] = header.split(' ');
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (FLAGS.has(word)) options.push([word, 'true']);
    else {
      const value = words[at + 1] ?? '';
      at += 1;
      if (word !== 'family' && !UNSAID.includes(`${word} ${value}`)) options.push([word, value]);
    }
  }
  return options;
}

function isList({ header }: LiveSet): boolean {
  return header.startsWith('list:');
}
