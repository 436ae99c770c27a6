import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isSameButCounters } from '../../core/rules/same-but-counters.ts';
import type { Backend, Family, Namespace, Table, TableName } from '../../core/rules/types.ts';
import type { Kernel, Ran, SaveRequest } from '../../ports/ports.ts';
import { type ReadSave, readSave } from './read-save.ts';

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
  readonly saved: ReadonlyMap<string, { readonly text: string; readonly read: ReadSave }>;
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
  const results = await Promise.all(kernel.save(unique.map(([, address]) => requestOf(address))));
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
    await Promise.all(
      uniqueSaves(addresses).map(async ([key, address]) => {
        const ran = results[keys.indexOf(key)] as Ran;
        const known = earlier?.saved.get(key);
        const isKnown = known !== undefined && ran.exitCode === 0 && isSameButCounters(known.text, ran.stdout);
        if (isKnown) return [key, known] as const;
        return [key, { text: ran.stdout, read: await readSave(kernel, requestOf(address), ran) }] as const;
      }),
    ),
  );
  const tables = addresses.map((address, index) => tableIn(saved.get(keys[index] ?? '')?.read, address));
  return { tables, saved };
}

/** The table of a save at an address; undefined where it does not exist. Throws where the save does not show it as it is. */
export function tableIn(read: ReadSave | undefined, { table }: TableAddress): Table | undefined {
  const hidden = read?.hidden.find((one) => one.table === table);
  if (hidden !== undefined) throw hidden.error;
  return read?.ruleset.tables.find(({ name }) => name === table);
}

/** The whole save that holds the table. */
export function requestOf({ namespace, family, backend }: TableAddress): SaveRequest {
  return { namespace, family, backend };
}

function uniqueSaves(addresses: readonly TableAddress[]): readonly (readonly [key: string, address: TableAddress])[] {
  return [...new Map(addresses.map((address) => [saveKey(address), address]))];
}

function saveKey(address: TableAddress): string {
  return `${address.namespace.kind} ${namespaceLabel(address.namespace)} ${address.family} ${address.backend}`;
}
