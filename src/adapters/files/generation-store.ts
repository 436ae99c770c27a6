import { readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generation, NumberedGeneration } from '../../core/generation/types.ts';
import type { GenerationStore } from '../../ports.ts';
import { findDataFolder, openDataFolder } from './data-folder.ts';
import { createSynced, syncFolder } from './write-synced.ts';

const PENDING = /^pending-([0-9TZ-]+)\.json$/;
const FILE = /^([0-9]{1,9})\.json$/;

/**
 * Generations of the data folder: `generations/N.json`, numbered from 1. The generation of an apply that waits for its confirmation lies
 * beside them as `pending-JOURNAL.json` and becomes one by a rename, which is whole or not at all.
 */
export function openGenerationStore(root: string): GenerationStore {
  const folder = () => openDataFolder(root, 'generations');
  const pending = (journalId: string) => join(root, 'generations', `pending-${journalId}.json`);
  /** For those who only read. */
  const names = async () => {
    const found = await findDataFolder(root, 'generations');
    return found === undefined ? [] : readdir(found);
  };
  const numbers = async () =>
    (await names())
      .flatMap((name) => (FILE.exec(name)?.[1] === undefined ? [] : [Number(FILE.exec(name)?.[1])]))
      .sort((a, b) => a - b);
  const read = async (number: number) => {
    await findDataFolder(root, 'generations');
    const text = await readFile(join(root, 'generations', `${number}.json`), 'utf8');
    return { number, generation: JSON.parse(text) as Generation };
  };
  /** The one that was read last: a plan asks for the newest in several places, and a generation is never written again. */
  let last: { readonly number: number; readonly reading: Promise<NumberedGeneration> } | undefined;
  const readOnce = (number: number) => {
    if (last?.number === number) return last.reading;
    const reading = read(number);
    last = { number, reading };
    // A failure is no answer for the next one who asks.
    reading.catch(() => {
      last = undefined;
    });
    return reading;
  };
  return {
    prepare: async (journalId, generation) => {
      await folder();
      await createSynced(pending(journalId), `${JSON.stringify(generation)}\n`);
    },
    keep: async (journalId) => {
      const number = ((await numbers()).at(-1) ?? 0) + 1;
      await rename(pending(journalId), join(await folder(), `${number}.json`));
      await syncFolder(await folder());
      return number;
    },
    discard: async (journalId) => {
      await unlink(pending(journalId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
    prepared: async () =>
      (await names()).flatMap((name) => {
        const id = PENDING.exec(name)?.[1];
        return id === undefined ? [] : [id];
      }),
    numbers,
    read: readOnce,
  };
}
