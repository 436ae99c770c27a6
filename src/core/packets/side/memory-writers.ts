import { withoutComments } from '../../rule-text/without-comments.ts';
import type { Chain } from '../../rules/types.ts';
import type { Firewall } from '../types/firewall.ts';

/** What a rule may write to a memory that others read, and how the memory is called: `recent ssh`. */
const WRITERS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['recent', /^(?=.* -m recent .*--(?:set|update|remove)\b).* --name (\S+)/],
  ['hashlimit', / --hashlimit-name (\S+)/],
  ['rateest', / --rateest-name (\S+)/],
  ['connlabel', / -m connlabel (?:! )?--label ("[^"]*"|\S+) --set(?: |$)/],
  ['nfacct', / -m nfacct --nfacct-name (\S+)/],
  ['set', / -j SET .*--(?:add|del)-set (\S+)/],
];
/** A rule that asks a set counts its packets there, unless it says otherwise. */
const COUNTERS = ['counters', / --match-set (\S+)(?! \S+(?: --return-nomatch)? ! --update-counters(?: |$))/g] as const;

/** What a rule may ask of such a memory. Sets are asked apart, as rules ask them in many places. */
const READERS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['recent', / -m recent .*--name (\S+)/],
  ['hashlimit', / --hashlimit-name (\S+)/],
  ['rateest', / --rateest[12]? (\S+)/g],
  ['connlabel', / -m connlabel (?:! )?--label ("[^"]*"|\S+)/],
  ['nfacct', / -m nfacct --nfacct-name (\S+)/],
  ['counters', / --match-set (\S+)(?= \S+ .*--(?:packets|bytes)-(?:eq|lt|gt) )/g],
];

/**
 * Memories that rules share by a name: lists of recent, buckets of hashlimit, rates of RATEEST, labels of connections, accounting objects, sets that rules fill and their counters. What one rule is answered depends on
 * which others write there, so that with other writers it is another question, although its own text stays.
 */
export class MemoryWriters {
  private readonly writers = new Map<string, string>();

  constructor({ tables }: Firewall) {
    const found = new Map<string, string[]>();
    const isCounted = tables.some(({ chains }) =>
      chains.some(({ rules }) => rules.some(({ text }) => ASKS_COUNTERS.test(text))),
    );
    const [mayWrite, patterns] = isCounted ? [MAY_COUNT, [...WRITERS, COUNTERS]] : [MAY_WRITE, WRITERS];
    for (const { name: table, chains } of tables) {
      let callers: Callers | undefined;
      for (const chain of chains) {
        for (const { text: full } of chain.rules) {
          if (!mayWrite.test(full)) continue;
          const text = withoutComments(full);
          callers ??= callersIn(chains);
          for (const memory of memoriesOf(text, patterns)) {
            const key = [table, ...waysTo(callers, chain.name), text].join('\n');
            found.set(memory, [...(found.get(memory) ?? []), key]);
          }
        }
      }
    }
    for (const [memory, keys] of found) this.writers.set(memory, keys.join('\n'));
  }

  /** Equal for rules of equal memories; empty for a rule that asks none, or one that no rule writes to. */
  askedBy(text: string): string {
    if (this.writers.size === 0) return '';
    return memoriesOf(text, READERS)
      .map((memory) => this.writers.get(memory) ?? '')
      .join('\n')
      .trim();
  }

  /** The rules that fill a set or take from it, as text. */
  ofSet(name: string): string {
    return this.writers.get(`set ${name}`) ?? '';
  }
}

const MAY_WRITE = /(?:^| )(?:-m (?:recent|hashlimit|connlabel|nfacct)|-j (?:RATEEST|SET)) /;
/** The same where rules ask how often a set was met. */
const MAY_COUNT = new RegExp(`${MAY_WRITE.source}| --match-set `);
const ASKS_COUNTERS = / --(?:packets|bytes)-(?:eq|lt|gt) /;

function memoriesOf(text: string, patterns: typeof WRITERS): readonly string[] {
  return patterns.flatMap(([kind, pattern]) => {
    const line = ` ${text}`;
    const all = pattern.global ? [...line.matchAll(pattern)] : [pattern.exec(line)];
    return all.flatMap((match) => (match?.[1] === undefined ? [] : [`${kind} ${match[1]}`]));
  });
}

/** The rules that call each chain, and where they stand. */
type Callers = ReadonlyMap<string, readonly { readonly chain: string; readonly text: string }[]>;

function callersIn(chains: readonly Chain[]): Callers {
  const callers = new Map<string, { chain: string; text: string }[]>(chains.map(({ name }) => [name, []]));
  for (const { name: chain, rules } of chains) {
    for (const { text } of rules) callers.get(text.slice(text.lastIndexOf(' ') + 1))?.push({ chain, text });
  }
  return callers;
}

/** The chain and the rules by which packets get to it, over all chains between. */
function waysTo(callers: Callers, name: string): readonly string[] {
  const done = new Set([name]);
  const ways = [name];
  for (const target of done) {
    for (const { chain, text } of callers.get(target) ?? []) {
      ways.push(`${chain} ${withoutComments(text)}`);
      done.add(chain);
    }
  }
  return ways;
}
