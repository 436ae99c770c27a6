import type { Chain, Table, TableName } from '../rules/types.ts';
import { isIdleChain } from './chain-text.ts';
import type { ByteDump } from './types.ts';

/**
 * Whether the kernel holds exactly what the text of some tables says: the same chains, each with the bytes that iptables-restore makes of its text, as `bytesOf` knows them.
 * False proves nothing: another version of iptables writes other bytes for the same meaning.
 */
export function areBytesOf(
  tables: readonly TableName[],
  texts: readonly Table[],
  dump: ByteDump,
  bytesOf: (table: TableName, chain: Chain) => string | undefined,
): boolean {
  return tables.every((name) => {
    const live = dump.get(name) ?? new Map<string, string>();
    if (live === 'no digests') return false;
    const chains = texts.find((table) => table.name === name)?.chains ?? [];
    const named = new Set(chains.map((chain) => chain.name));
    // A chain of which the text says nothing.
    if ([...live.keys()].some((chain) => !named.has(chain))) return false;
    // A table without chains may be a dormant one.
    if (dump.has(name) && chains.length === 0) return false;
    return chains.every((chain) => {
      const bytes = live.get(chain.name);
      if (bytes === undefined) return !live.has(chain.name) && isIdleChain(name, chain);
      return bytes === bytesOf(name, chain);
    });
  });
}
