import { existsSync } from 'node:fs';
import type { Namespace } from '../../core/rules/types.ts';
import { runEverywhere } from '../process/run-everywhere.ts';

/** The kernel lists the legacy tables of the reader's own namespace here. */
const LISTS = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'] as const;

/**
 * Whether each namespace has a table of the legacy backend, of either family. Reading loads no module and makes no table.
 * A namespace that cannot be entered counts as having none: reading its rules reports it.
 */
export async function hasLegacyTables(namespaces: readonly Namespace[]): Promise<readonly boolean[]> {
  const lists = legacyLists();
  if (lists.length === 0) return namespaces.map(() => false);
  const read = await Promise.all(
    runEverywhere(namespaces.map((namespace) => ({ namespace, words: ['cat', ...lists] }))),
  );
  return read.map(({ stdout }) => stdout.trim() !== '');
}

/** The lists that are there: only while the modules of the legacy backend are loaded, or where they are part of the kernel. */
function legacyLists(): readonly string[] {
  return LISTS.filter((list) => existsSync(list));
}
