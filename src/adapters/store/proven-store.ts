import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenStore } from '../../ports/ports.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { replaceSynced } from './write-synced.ts';

/** Newest ones kept: 130 kB. */
const MOST = 1000;
const LINE = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

/** `proven/digests` of the data folder: digest of the save text and digest of the nft listing, one pair a line, newest last. */
export function openProvenStore(root: string): ProvenStore {
  const path = async () => join(await openDataFolder(root, 'proven'), 'digests');
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    try {
      const folder = await findDataFolder(root, 'proven');
      return folder === undefined ? new Map() : parseDigests(await readFile(join(folder, 'digests'), 'utf8'));
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
      const newest = [...merged].slice(-MOST).map(([save, listing]) => `${save} ${listing}\n`);
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
