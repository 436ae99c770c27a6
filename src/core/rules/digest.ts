import { createHash } from 'node:crypto';
import { BUILTIN, isBuiltin } from './builtin.ts';
import type { Chain, Table, TableName } from './types.ts';

/**
 * `sha256:` and hex digits over what decides about packets: policies and rule texts. Counters, the order in which chains were printed
 * and whether an empty table was printed at all do not change it.
 */
export function digestTable(table: Table | undefined, name: TableName): string {
  const known = table === undefined ? absent.get(name) : digests.get(table);
  if (known !== undefined && (table === undefined || table.name === name)) return known;
  const digest = makeDigest(table, name);
  if (table === undefined) absent.set(name, digest);
  else if (table.name === name) digests.set(table, digest);
  return digest;
}

/** Of tables that are not there, as most tables of most namespaces. */
const absent = new Map<TableName, string>();

/** Of tables that are asked for again; tables never change. */
const digests = new WeakMap<Table, string>();

function makeDigest(table: Table | undefined, name: TableName): string {
  const chains = new Map((table?.chains ?? []).map((chain) => [chain.name, chain]));
  const user = [...chains.keys()].filter((chain) => !isBuiltin(name, chain)).sort();
  const content = [...BUILTIN[name], ...user].map((chain) => summary(chain, chains.get(chain), isBuiltin(name, chain)));
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([name, content]))
    .digest('hex')}`;
}

function summary(name: string, chain: Chain | undefined, builtin: boolean): readonly unknown[] {
  const policy = builtin ? (chain?.policy ?? 'ACCEPT') : '-';
  return [name, policy, (chain?.rules ?? []).map((rule) => rule.text)];
}
