import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldJournal, type RunState } from '../../core/journal/fold.ts';
import type { JournalEntry } from '../../core/journal/types.ts';
import type { Clock, JournalStore, OpenJournal } from '../../ports.ts';
import { openDataFolder } from './data-folder.ts';
import { appendSynced, createSynced } from './write-synced.ts';

const SUFFIX = '.jsonl';
const ID = /^[0-9]{8}T[0-9]{9}Z-[0-9]+$/;

/** Journals of the data folder: one file an apply, one JSON value a line, in `journal/`. Ids sort by time. */
export function openJournalStore(root: string, clock: Clock): JournalStore {
  const folder = () => openDataFolder(root, 'journal');
  const pathOf = async (id: string) => {
    if (!ID.test(id)) throw new Error(`not a journal id: ${JSON.stringify(id)}`);
    return join(await folder(), `${id}${SUFFIX}`);
  };
  const open = async (id: string): Promise<OpenJournal> => {
    const path = await pathOf(id);
    return { id, append: (entry) => appendSynced(path, print(entry)) };
  };
  const read = async (id: string) => foldJournal(await readFile(await pathOf(id), 'utf8'));
  return {
    begin: async (steps, operator) => {
      const at = clock.now().toISOString();
      const id = `${at.replace(/[-:.]/g, '')}-${process.pid}`;
      const entry: JournalEntry = { kind: 'begin', version: 1, id, at, pid: process.pid, operator, steps };
      await createSynced(await pathOf(id), print(entry));
      return open(id);
    },
    open,
    read,
    pathOf: (id) => join(root, 'journal', `${id}${SUFFIX}`),
    unfinished: async () => {
      const names = await readdir(await folder());
      const ids = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
      const states = await Promise.all(
        ids
          .filter((id) => ID.test(id))
          .sort()
          .map(read),
      );
      return states.filter((state): state is RunState => state !== undefined && state.state.kind !== 'ended');
    },
  };
}

/** A leading line feed closes a line that a crash may have torn. */
function print(entry: JournalEntry): string {
  return entry.kind === 'begin' ? `${JSON.stringify(entry)}\n` : `\n${JSON.stringify(entry)}\n`;
}
