import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WentBack } from '../../core/journal/went-back.ts';
import type { WentBackStore } from '../../ports/ports.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { replaceSynced } from './write-synced.ts';

const FILE = 'went-back.jsonl';
/** A record has about a kilobyte. */
const KEPT = 200;

/** `journal/went-back.jsonl`: one JSON value a line, oldest first. It outlives the journals, of which fewer are kept. */
export function openWentBackStore(root: string): WentBackStore {
  const path = () => join(root, 'journal', FILE);
  const list = async (): Promise<readonly WentBack[]> => {
    if ((await findDataFolder(root, 'journal')) === undefined) return [];
    const text = await readFile(path(), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as WentBack]));
  };
  return {
    list,
    add: async (record) => {
      await openDataFolder(root, 'journal');
      const known = (await list()).filter(({ journal }) => journal !== record.journal);
      const kept = [...known, record].slice(-KEPT);
      await replaceSynced(path(), kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
    },
  };
}
