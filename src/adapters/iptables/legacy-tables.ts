import type { Namespace } from '../../core/rules/types.ts';
import { runEverywhere } from '../process/run-everywhere.ts';
import { legacyLists } from './legacy-lists.ts';

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
