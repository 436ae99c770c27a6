import type { FwError } from './core/errors.ts';
import type { EndedRun, Fate, RunState } from './core/journal/fold.ts';
import type { JournalEntry, JournalStep } from './core/journal/types.ts';
import type { SetStep } from './core/sets/types.ts';

/** One journal being written. Every call returns after the data is on disk (fsync of the file). */
export type OpenJournal = { readonly id: string; append(entry: JournalEntry): Promise<void> };

export type JournalStore = {
  /** Creates a journal whose first line is synced, file and folder, before this resolves. */
  begin(steps: readonly JournalStep[], operator: string, sets?: readonly SetStep[]): Promise<OpenJournal>;
  /** Continues the journal of another run. */
  open(id: string): Promise<OpenJournal>;
  /** The newest journals, oldest first, as far as they are not ended. */
  unfinished(): Promise<readonly RunState[]>;
  read(id: string): Promise<RunState | undefined>;
  /** Applies that have ended, as far as their journals are kept, the one that began last at the end. */
  ended(): Promise<readonly EndedRun[]>;
  /** Only how it stands, without reading what was done. */
  fateOf(id: string): Promise<Fate | undefined>;
  /** Where a journal lies, for messages. */
  pathOf(id: string): string;
  /** Id of this boot of the machine. */
  bootId(): Promise<string>;
};

export type Lock = {
  /**
   * Takes the lock of the data folder; the kernel frees it when this process is gone. Throws `run.locked`, naming the holder,
   * when it is still taken after the given time. Infinity waits for ever. `forWayBack`: a folder that is not as new work wants it, and a disk
   * that takes nothing, are no obstacle.
   */
  acquire(
    purpose: string,
    timeoutSeconds: number,
    options?: { readonly forWayBack?: boolean },
  ): Promise<{ release(): Promise<void> }>;
  /** Who holds it now, in words; undefined when nobody does. */
  holder(): Promise<string | undefined>;
};

export type DataFolder = {
  /** What new work would be refused for: who could look into it, or write there. Makes nothing; undefined where nothing is wrong. */
  fault(): Promise<FwError | undefined>;
};

/** Somebody outside this process who brings an apply back when this process dies or nobody confirms. */
export type Watchdog = {
  /** Resolves when it watches the journal; it outlives this process, its session and its terminal. */
  arm(journalId: string): Promise<void>;
};

/** What happens while nobody looks: to the log of the data folder, and to the terminal of whoever started the apply. */
export type Announce = (words: string) => Promise<void>;
