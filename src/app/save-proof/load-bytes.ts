import { chainTextDigest, tableOfChains } from '../../core/nft-bytes/chain-text.ts';
import { printTable } from '../../core/restore/print-table.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import type { Family, Namespace, Table } from '../../core/rules/types.ts';
import type { Kernel, Scratch } from '../../ports/ports.ts';
import { createSets } from './create-sets.ts';

/** Tables of one family; sets that their rules name are those of the namespace. */
export type Texts = { readonly namespace: Namespace; readonly family: Family; readonly tables: readonly Table[] };

/** Two at a time: the two families of one namespace. */
const LANES = 2;

/**
 * Loads the text of every chain that is not known yet, where nothing else is, and reads the bytes that the kernel holds of it then. What cannot be loaded has none, and
 * nothing is thrown for it. Equal chains are loaded once.
 */
export async function loadBytes(
  kernel: Kernel,
  programs: string,
  texts: readonly Texts[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const loaded = new Map<string, string>();
  const taken = new Set(known.keys());
  const loads = texts.flatMap((each): readonly Load[] => {
    const load = loadOf(each, programs, taken);
    return load.tables.length === 0 ? [] : [load];
  });
  const work = async () => {
    if (loads.length === 0) return;
    const scratch = await kernel.scratch();
    const sets = new Set<string>();
    try {
      for (let load = loads.shift(); load !== undefined; load = loads.shift())
        for (const [text, bytes] of await loadInto(kernel, scratch, sets, load)) loaded.set(text, bytes);
    } finally {
      await scratch.close();
    }
  };
  await Promise.allSettled(Array.from({ length: Math.min(LANES, loads.length) }, work));
  return loaded;
}

/** `wanted` are the digests of the texts whose bytes are wanted, by table and chain. */
type Load = Texts & { readonly wanted: ReadonlyMap<string, ReadonlyMap<string, string>> };

/** Adds what it takes to `taken`. */
function loadOf({ namespace, family, tables }: Texts, programs: string, taken: Set<string>): Load {
  const wanted = new Map<string, ReadonlyMap<string, string>>();
  const reduced = tables.flatMap((table) => {
    const chains = new Map<string, string>();
    for (const chain of table.chains) {
      const text = chainTextDigest(programs, family, table.name, chain);
      if (taken.has(text)) continue;
      taken.add(text);
      chains.set(chain.name, text);
    }
    if (chains.size === 0) return [];
    wanted.set(table.name, chains);
    return [tableOfChains(table, new Set(chains.keys()))];
  });
  return { namespace, family, tables: reduced, wanted };
}

async function loadInto(
  kernel: Kernel,
  scratch: Scratch,
  sets: Set<string>,
  { namespace, family, tables, wanted }: Load,
): Promise<readonly (readonly [text: string, bytes: string])[]> {
  await createSets(kernel, scratch, sets, { namespace, tables });
  const text = tables.map((table) => printTable(table, { counters: false })).join('');
  const ran = await scratch.restore('nft', family, text, { noflush: false });
  if (ran.exitCode !== 0) return [];
  const names = TABLES.filter((name) => wanted.has(name));
  const dump = await scratch.dumpNft(family, names);
  return names.flatMap((name) => {
    const bytes = dump?.get(name);
    if (bytes === undefined || bytes === 'no digests') return [];
    return [...(wanted.get(name) ?? [])].flatMap(([chain, digest]) => {
      const found = bytes.get(chain);
      return found === undefined ? [] : [[digest, found] as const];
    });
  });
}
