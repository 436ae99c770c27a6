import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenStore } from '../../ports/ports.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { replaceSynced } from './write-synced.ts';

/** Newest ones kept, of 130 bytes each: texts of both families of 2,000 namespaces, and their chains. Never fewer than one run adds. */
const MOST = { digests: 4000, bytes: 20_000 } as const;
const LINE = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

/** `proven/digests` and `proven/bytes` of the data folder: the digest that is looked for and the one that belongs to it, one pair a line, newest last. */
export function openProvenStore(root: string, file: keyof typeof MOST): ProvenStore {
  const path = async () => join(await openDataFolder(root, 'proven'), file);
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    try {
      const folder = await findDataFolder(root, 'proven');
      return folder === undefined ? new Map() : parseDigests(await readFile(join(folder, file), 'utf8'));
    } catch {
      return new Map();
    }
  };
  return {
    read,
    add: async (proven) => {
      // Only an apply makes the data folder.
      if ((await findDataFolder(root).catch(() => undefined)) === undefined) return;
      const merged = new Map(await read());
      for (const [save, listing] of proven) {
        merged.delete(save);
        merged.set(save, listing);
      }
      const newest = [...merged]
        .slice(-Math.max(MOST[file], proven.size))
        .map(([save, listing]) => `${save} ${listing}\n`);
      try {
        await replaceSynced(await path(), newest.join(''));
      } catch {
        // Nothing depends on it: the next plan proves the same text again.
      }
    },
  };
}

function parseDigests(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, save, listing] = LINE.exec(line) ?? [];
    if (save !== undefined && listing !== undefined) found.set(save, listing);
  }
  return found;
}
