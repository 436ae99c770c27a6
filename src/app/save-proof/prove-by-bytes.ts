import { chainTextDigest } from '../../core/nft-bytes/chain-text.ts';
import { areBytesOf } from '../../core/nft-bytes/compare-bytes.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import type { Snapshot } from '../../core/rules/types.ts';
import type { Kernel, ProvenStore } from '../../ports/ports.ts';
import { loadBytes, type Texts } from './load-bytes.ts';

/**
 * For each snapshot whether the kernel holds, byte by byte, what iptables-restore makes of its text. What that is for a chain is known from the store, or the chain is loaded
 * in a scratch namespace, and known from then on, with those of `also`. False proves nothing: such a snapshot is listed by nft. Without perl, or root, all are false.
 */
export async function proveByBytes(
  kernel: Kernel,
  snapshots: readonly Snapshot[],
  programs: string,
  store: ProvenStore,
  also: readonly Texts[] = [],
): Promise<readonly boolean[]> {
  if (!kernel.isPrivileged()) return snapshots.map(() => false);
  const known = await store.read();
  const [dumps, loaded] = await Promise.all([
    kernel.dumpNft(snapshots.map(({ namespace, family, tables = TABLES }) => ({ namespace, family, tables }))),
    loadBytes(
      kernel,
      programs,
      [...snapshots.map(({ namespace, family, ruleset }) => ({ namespace, family, tables: ruleset.tables })), ...also],
      known,
    ),
  ]);
  if (loaded.size > 0) await store.add(loaded);
  return snapshots.map(({ family, ruleset, tables = TABLES }, index) => {
    const dump = dumps[index];
    if (dump === undefined) return false;
    return areBytesOf(tables, ruleset.tables, dump, (table, chain) => {
      const text = chainTextDigest(programs, family, table, chain);
      return loaded.get(text) ?? known.get(text);
    });
  });
}
