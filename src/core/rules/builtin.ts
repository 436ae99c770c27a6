import type { Table, TableName } from './types.ts';

/** Built-in chains of each table, in the order in which a packet meets their hooks and iptables-save prints them. */
export const BUILTIN: Readonly<Record<TableName, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** Every table, in the order in which people read them. */
export const TABLES: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw', 'security'];

/** Order of commits within a family. filter comes last: what opens or closes does so when all that it relies on is in place. */
export const COMMIT_ORDER: readonly TableName[] = ['raw', 'mangle', 'nat', 'security', 'filter'];

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(BUILTIN, name);
}

export function isBuiltin(table: TableName, chain: string): boolean {
  return BUILTIN[table].includes(chain);
}

/** True when the table holds nothing that a table that was never used would not hold. Counters do not matter. */
export function isPristine(table: Table): boolean {
  return table.chains.every(
    ({ name, policy, rules }) => isBuiltin(table.name, name) && (policy ?? 'ACCEPT') === 'ACCEPT' && rules.length === 0,
  );
}

/** What a table that is absent from iptables-save stands for. */
export function pristineTable(name: TableName): Table {
  return { name, chains: BUILTIN[name].map((chain) => ({ name: chain, policy: 'ACCEPT' as const, rules: [] })) };
}
