import { createHash } from 'node:crypto';
import { BUILTIN } from '../rules/builtin.ts';
import type { Chain, Family, Rule, Table, TableName } from '../rules/types.ts';

/** Raised when bytes are digested in another way: what was loaded before is loaded anew. */
const FORM = 1;

/** One digest for the text of a chain, as these programs say it. Hex digits. */
export function chainTextDigest(programs: string, family: Family, table: TableName, chain: Chain): string {
  const content = [FORM, programs, family, table, chain.name, chain.policy ?? '-', chain.rules.map(({ text }) => text)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

const TARGET = /(?:^| )-[jg] ([^ ]+)/g;

/** The table with the rules of some of its chains only, and all the chains that those call. Every rule is one by itself, so it loads as in the whole table. */
export function tableOfChains(table: Table, chains: ReadonlySet<string>): Table {
  const named = new Set(chains);
  for (const { name, rules } of table.chains) if (chains.has(name)) for (const rule of rules) addCalls(named, rule);
  return {
    name: table.name,
    chains: table.chains
      .filter(({ name }) => named.has(name))
      .map((chain) => (chains.has(chain.name) ? chain : { ...chain, rules: [] })),
  };
}

/** Words of a comment may be among them: a chain too many does no harm. */
function addCalls(named: Set<string>, { text }: Rule): void {
  for (const [, name = ''] of text.matchAll(TARGET)) named.add(name);
}

/** A built-in chain that holds nothing and accepts, as one does that is not there. */
export function isIdleChain(table: TableName, { name, policy, rules }: Chain): boolean {
  return BUILTIN[table].includes(name) && (policy ?? 'ACCEPT') === 'ACCEPT' && rules.length === 0;
}
