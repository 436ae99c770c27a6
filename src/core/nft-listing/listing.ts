import { createHash } from 'node:crypto';
import { isTableName, TABLES } from '../rules/builtin.ts';
import type { Family, TableName } from '../rules/types.ts';

/**
 * What nft prints for the match `connlimit`, or `xt match connlimit`, by chance: libxtables 1.8.9 reads memory there that is not set. The number
 * counts the rules of the whole listing, and the set does not exist.
 */
const CONNLIMIT = /\badd @(connlimit\d+) \{ ip6? [sd]addr(?: and [0-9a-f.:]+)? ct count (?:over )?\d+ \}/g;

const CONNLIMIT_NAME = 'xt match connlimit';

/**
 * The questions that iptables itself writes, each of one value, by their places in the line: iptables 1.8.9 asks for interfaces and the protocol before
 * addresses, 1.8.11 after them. Sets, ranges and maps, which it never writes, are none of these.
 */
const VALUE = {
  saddr: /^ip6? saddr (?:& [0-9a-f.:]+ )?(?:[!=]= )?[0-9a-f.:]+(?:\/\d+)? /,
  daddr: /^ip6? daddr (?:& [0-9a-f.:]+ )?(?:[!=]= )?[0-9a-f.:]+(?:\/\d+)? /,
  iifname: /^iifname (?:!= )?"[^"]*" /,
  oifname: /^oifname (?:!= )?"[^"]*" /,
  protocol: /^(?:meta l4proto|ip protocol) (?:!= )?\d+ /,
} as const;

type Question = keyof typeof VALUE;

const QUESTIONS = Object.keys(VALUE) as readonly Question[];
/**
 * The tables of iptables in an nft listing: for each block (`chain INPUT`, `set blocked`) its lines, indentation left out. What stands
 * in a table outside all blocks, such as `flags dormant`, is under the name ''.
 */
export type Listing = ReadonlyMap<TableName, ReadonlyMap<string, readonly string[]>>;

/** `json` names extensions of iptables and never translates them, which nft may die of; `words` tells more of them. */
export type ListForm = 'words' | 'json';

/** Raised when other listings begin to compare as equal: what was proven in an older form is proven anew. */
export const LISTING_FORM = 2;

const TABLE = /^table (ip6?) (\S+) \{/;

/**
 * Reads the output of `nft list ruleset`. Tables with names that iptables does not use are left out: it says nothing about them.
 */
export function parseListing(text: string, family: Family): Listing {
  const wanted = family === 'ipv4' ? 'ip' : 'ip6';
  const tables = new Map<TableName, Map<string, readonly string[]>>();
  let table: Map<string, readonly string[]> | undefined;
  let block: string[] | undefined;
  let isChain = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('\t')) {
      const [, printed, name = ''] = TABLE.exec(line) ?? [];
      if (printed === undefined && line !== '}') continue;
      table = printed === wanted && isTableName(name) ? tableOf(tables, name) : undefined;
      block = undefined;
    } else if (line.startsWith('\t\t')) {
      const words = line.trim();
      block?.push(isChain && table !== undefined ? normalLine(words, family, table) : words);
    } else if (line.endsWith(' {')) {
      block = [];
      isChain = line.startsWith('\tchain ');
      table?.set(line.slice(1, -2), block);
    } else if (line !== '\t}') {
      table?.set('', [...(table.get('') ?? []), line.trim()]);
    }
  }
  return tables;
}

/**
 * A base chain at the hook of its name that holds no rule and accepts. iptables makes the base chains of a table when it needs them, so
 * one may be there or not.
 */
export function isIdle(block: string, lines: readonly string[]): boolean {
  const [head = '', ...rest] = lines;
  const hook = ` hook ${block.replace(/^chain /, '').toLowerCase()} priority `;
  return rest.length === 0 && head.startsWith('type ') && head.includes(hook) && head.endsWith(' policy accept;');
}

function tableOf<T>(tables: Map<TableName, Map<string, T>>, name: TableName): Map<string, T> {
  const table = tables.get(name) ?? new Map<string, T>();
  tables.set(name, table);
  return table;
}

/** One digest for listings that compare as equal. */
export function digestListing(listing: Listing): string {
  const content = TABLES.flatMap((name) => {
    const blocks = [...(listing.get(name) ?? [])].filter(([block, lines]) => !isIdle(block, lines));
    return blocks.length === 0 ? [] : [[name, blocks.sort(([a], [b]) => (a < b ? -1 : 1))]];
  });
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/**
 * One form for the lines of a chain that nft prints for the same rule in several ways. `sets` are the blocks of the table so far: a rule that uses
 * a real set keeps its line, and the set is found as well.
 */
export function normalLine(line: string, family: Family, sets: { readonly has: (block: string) => boolean }): string {
  const named = line.replaceAll('xt match "connlimit"', CONNLIMIT_NAME);
  const counted = named.replace(CONNLIMIT, (words, set: string) => (sets.has(`set ${set}`) ? words : CONNLIMIT_NAME));
  return inOrder(counted, family);
}

/** The questions at the begin of a line in one order. A line that asks one of them twice is none of iptables and stays. */
function inOrder(line: string, family: Family): string {
  const found = new Map<Question, string>();
  let rest = line;
  for (;;) {
    const question = QUESTIONS.find((each) => VALUE[each].test(rest));
    if (question === undefined) break;
    if (found.has(question)) return line;
    const [words = ''] = VALUE[question].exec(rest) ?? [];
    found.set(question, words);
    rest = rest.slice(words.length);
  }
  if (found.size === 0) return line;
  const protocol = found.get('protocol');
  // One number, the same in both: 1.8.9 asks `meta l4proto` for it in IPv4, 1.8.11 `ip protocol`. In IPv6 they are two questions.
  if (protocol !== undefined && family === 'ipv4')
    found.set('protocol', protocol.replace('meta l4proto', 'ip protocol'));
  return QUESTIONS.map((question) => found.get(question) ?? '').join('') + rest;
}
