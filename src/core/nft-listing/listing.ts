import { createHash } from 'node:crypto';
import { isTableName, TABLES } from '../rules/builtin.ts';
import type { Family, TableName } from '../rules/types.ts';
import { normalLine } from './normal-line.ts';

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
