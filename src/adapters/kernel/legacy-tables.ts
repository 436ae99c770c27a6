import type { Namespace } from '../../core/ruleset/types.ts';
import { runBatch } from './batch.ts';
import { run } from './exec.ts';

/** The kernel lists the legacy tables of the reader's own namespace here; the files exist only while the modules are loaded. */
const LISTS = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'] as const;

/**
 * Whether each namespace has a table of the legacy backend, of either family. Reading loads no module and makes no table.
 * A namespace that cannot be entered counts as having none: reading its rules reports it.
 */
export async function hasLegacyTables(namespaces: readonly Namespace[]): Promise<readonly boolean[]> {
  const lists = await loadedLists();
  if (lists.length === 0) return namespaces.map(() => false);
  return await Promise.all(namespaces.map((namespace) => hasAny(namespace, lists)));
}

async function hasAny(namespace: Namespace, lists: readonly string[]): Promise<boolean> {
  if (namespace.kind === 'host') return (await run('cat', lists)).stdout.trim() !== '';
  const results = await runBatch([{ namespace: namespace.name, words: ['cat', ...lists] }]);
  return results.some((result) => result.stdout.trim() !== '');
}

async function loadedLists(): Promise<readonly string[]> {
  const ran = await run('ls', LISTS);
  return LISTS.filter((list) => ran.stdout.split('\n').includes(list));
}
