import { namespaceLabel } from '../core/namespace-label.ts';
import type { Backend, Family, Namespace, Table, TableName } from '../core/ruleset/types.ts';
import type { Kernel, Ran } from '../ports.ts';
import { parseSaved } from './read-live.ts';

export type TableAddress = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  readonly table: TableName;
};

/** The live tables at the given addresses, with counters; undefined where a table does not exist. One save for each namespace and family. */
export async function readTables(
  kernel: Kernel,
  addresses: readonly TableAddress[],
): Promise<readonly (Table | undefined)[]> {
  const keys = addresses.map(saveKey);
  const unique = [...new Map(addresses.map((address, index) => [keys[index] ?? '', address]))];
  const saved = await kernel.save(unique.map(([, address]) => address));
  const rulesets = new Map(unique.map(([key, address], index) => [key, parseSaved(address, saved[index] as Ran)]));
  return addresses.map((address, index) =>
    rulesets.get(keys[index] ?? '')?.tables.find((table) => table.name === address.table),
  );
}

function saveKey(address: TableAddress): string {
  return `${address.namespace.kind} ${namespaceLabel(address.namespace)} ${address.family} ${address.backend}`;
}
