import { foldFate, foldJournal, type RunState } from '../../../src/core/journal/run-state.ts';
import type { JournalEntry } from '../../../src/core/journal/types.ts';
import { setsIn, tablesIn } from '../../../src/core/plan/in-order.ts';
import { storeSetStep, storeStep, storeTables } from '../../../src/core/plan/stored-step.ts';
import type { Clock, JournalStore, OpenJournal } from '../../../src/ports/ports.ts';
import type { MemoryDisk } from './memory-disk.ts';

export type JournalFacts = {
  readonly disk: MemoryDisk;
  readonly clock: Clock;
  readonly pid: number;
  readonly boot: () => string;
};

/** Journals of a data folder, as lines of JSON. */
export function openMemoryJournal({ disk, clock, pid, boot }: JournalFacts): JournalStore {
  const append = async (id: string, entry: JournalEntry) => appendEntry(disk, id, entry);
  const open = async (id: string): Promise<OpenJournal> => ({ id, append: (entry) => append(id, entry) });
  const here = async () => ({ boot: boot(), machine: 'feed'.repeat(8), folder: '1:2' });
  return {
    begin: async (steps, operator, namespaces) => {
      const at = clock.now().toISOString();
      const id = `${at.replace(/[-:.]/g, '')}-${pid}`;
      if (disk.journals.has(id)) throw new Error(`EEXIST: journal ${id}`);
      const facts = { version: 1, id, at, pid, ...(await here()), operator, namespaces } as const;
      const stored = tablesIn(steps).map((step) => ({ step: storeStep(step), ...storeTables(step) }));
      const entry = { kind: 'begin', ...facts, steps: stored, sets: setsIn(steps).map(storeSetStep) };
      disk.journals.set(id, `${JSON.stringify(entry)}\n`);
      return open(id);
    },
    open,
    ended: async () =>
      [...disk.journals.keys()].sort().filter((id) => foldFate(disk.journals.get(id) ?? '')?.kind === 'ended'),
    unfinished: async () =>
      [...disk.journals]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([, text]) => foldJournal(text) ?? [])
        .filter((run: RunState) => run.state.kind !== 'ended'),
    read: async (id) => foldJournal(disk.journals.get(id) ?? ''),
    fateOf: async (id) => (disk.journals.has(id) ? foldFate(disk.journals.get(id) ?? '') : undefined),
    pathOf: (id) => `/var/lib/fw/journal/${id}.jsonl`,
    bootId: async () => boot(),
    here,
  };
}

export function appendEntry(disk: MemoryDisk, id: string, entry: JournalEntry): void {
  const text = disk.journals.get(id);
  if (text === undefined) throw new Error(`ENOENT: journal ${id}`);
  disk.journals.set(id, `${text}${JSON.stringify(entry)}\n`);
}
