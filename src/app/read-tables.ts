import { namespaceLabel } from '../core/namespace-label.ts';
import { isSameButCounters } from '../core/ruleset/same-but-counters.ts';
import type { Backend, Family, Namespace, Ruleset, Table, TableName } from '../core/ruleset/types.ts';
import type { Kernel, Ran } from '../ports.ts';
import { parseSaved } from './read-live.ts';

export type TableAddress = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly backend: Backend;
  readonly table: TableName;
};

/** One look at live tables. */
export type Look = {
  /** In the order of the addresses; undefined where a table does not exist. */
  readonly tables: readonly (Table | undefined)[];
  readonly saved: ReadonlyMap<string, { readonly text: string; readonly ruleset: Ruleset }>;
};

/** The live tables at the given addresses, with counters. One save for each namespace and family. */
export async function readTables(
  kernel: Kernel,
  addresses: readonly TableAddress[],
): Promise<readonly (Table | undefined)[]> {
  return (await lookAtTables(kernel, addresses)).tables;
}

/** One save for each namespace and family, in the order of the addresses. */
export async function saveTables(kernel: Kernel, addresses: readonly TableAddress[]): Promise<readonly Ran[]> {
  const unique = uniqueSaves(addresses);
  const results = await Promise.all(kernel.save(unique.map(([, address]) => address)));
  const byKey = new Map(unique.map(([key], index) => [key, results[index] as Ran]));
  return addresses.map((address) => byKey.get(saveKey(address)) as Ran);
}

/**
 * The same, remembering the texts. With an earlier look, rulesets that did not move since are the very objects of that look, so their
 * counters are those of then.
 */
export async function lookAtTables(kernel: Kernel, addresses: readonly TableAddress[], earlier?: Look): Promise<Look> {
  const results = await saveTables(kernel, addresses);
  const keys = addresses.map(saveKey);
  const saved = new Map(
    uniqueSaves(addresses).map(([key, address]) => {
      const ran = results[keys.indexOf(key)] as Ran;
      const known = earlier?.saved.get(key);
      const isKnown = known !== undefined && ran.exitCode === 0 && isSameButCounters(known.text, ran.stdout);
      return [key, isKnown ? known : { text: ran.stdout, ruleset: parseSaved(address, ran) }];
    }),
  );
  const tables = addresses.map((address, index) =>
    saved.get(keys[index] ?? '')?.ruleset.tables.find((table) => table.name === address.table),
  );
  return { tables, saved };
}

function uniqueSaves(addresses: readonly TableAddress[]): readonly (readonly [key: string, address: TableAddress])[] {
  return [...new Map(addresses.map((address) => [saveKey(address), address]))];
}

function saveKey(address: TableAddress): string {
  return `${address.namespace.kind} ${namespaceLabel(address.namespace)} ${address.family} ${address.backend}`;
}
