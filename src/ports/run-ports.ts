import type { FwError } from '../core/diagnostics/errors.ts';
import type { Machine, NamespaceIdentity } from '../core/identity/types.ts';
import type { Fate, RunState } from '../core/journal/run-state.ts';
import type { JournalEntry } from '../core/journal/types.ts';
import type { Step } from '../core/plan/types.ts';

/** One journal being written. Every call returns after the data is on disk (fsync of the file). */
export type OpenJournal = { readonly id: string; append(entry: JournalEntry): Promise<void> };

export type JournalStore = {
  /** Creates a journal whose first line is synced, file and folder, before this resolves. `namespaces` are those of the steps. */
  begin(steps: readonly Step[], operator: string, namespaces: readonly NamespaceIdentity[]): Promise<OpenJournal>;
  /** Continues the journal of another run. */
  open(id: string): Promise<OpenJournal>;
  /** The newest journals, oldest first, as far as they are not ended. */
  unfinished(): Promise<readonly RunState[]>;
  read(id: string): Promise<RunState | undefined>;
  /** Ids of the journals that have ended and are kept, oldest first. */
  ended(): Promise<readonly string[]>;
  /** Only how it stands, without reading what was done. */
  fateOf(id: string): Promise<Fate | undefined>;
  /** The path of a journal, for messages. */
  pathOf(id: string): string;
  /** Id of this boot of the machine. */
  bootId(): Promise<string>;
  /** This boot and machine, as a journal that is begun now notes them. */
  here(): Promise<Machine>;
};

export type Lock = {
  /**
   * Takes the lock of the data folder; the kernel frees it when this process is gone. Throws `run.locked`, naming the holder,
   * when it is still taken after the given time. Infinity waits for ever. `forWayBack`: a folder that is not as new work wants it, and a disk
   * that takes nothing, are no obstacle. `release` never throws: what was done is done, and what is told of it must not depend on how a file is closed.
   */
  acquire(
    purpose: string,
    timeoutSeconds: number,
    options?: { readonly forWayBack?: boolean },
  ): Promise<{ release(): Promise<void> }>;
  /**
   * Whether what this process holds is still where others look for it: `moved` when the lock file was removed or replaced while the second lock, which
   * goes by the path of the folder, kept others away; `lost` when another run may be at work.
   */
  standing(): Promise<'held' | 'moved' | 'lost'>;
  /** The run that holds it now, in words; undefined when none does. */
  holder(): Promise<string | undefined>;
};

export type DataFolder = {
  /** What new work would be refused for: who could look into it, or write there. Makes nothing; undefined where nothing is wrong. */
  fault(): Promise<FwError | undefined>;
  /** How many of the newest generations stay; undefined for a run that tidies nothing. */
  readonly keep: number | undefined;
};

/** What a watchdog holds of its apply from the moment that it is ready: no folder, path or mode decides from then on. */
export type KeptRun = {
  /** The apply as it was then, whole. */
  readonly run: RunState;
  /** How it stands now; undefined where the disk does not tell. */
  fate(): Promise<Fate | undefined>;
  /** Writes to its journal, and returns once that is on disk. */
  append(entry: JournalEntry): Promise<void>;
  /** Whether another process can still find the journal. */
  hasName(): Promise<boolean>;
  /** Takes the lock of the data folder and waits for it for ever. A holder that is stopped for too long is ended. */
  acquire(): Promise<{ release(): Promise<void> }>;
  /** Its journal has ended, or is gone for good: no fw goes back to before it, and applies of other data folders need not wait for it. Never throws. */
  concluded(): Promise<void>;
};

/** An apply that a watchdog entered for every data folder to see. */
export type OtherRun = {
  readonly id: string;
  readonly operator: string;
  /** Full path of its data folder, as it was then. */
  readonly folder: string;
  /** That is the path of this data folder: another one has come there since, or another disk. */
  readonly isAtThisPath: boolean;
  readonly namespaces: readonly NamespaceIdentity[];
  /** Path of the entry. */
  readonly entry: string;
  /** Asked of its data folder, which may take its time. */
  standing(): Promise<OtherStanding>;
};

/**
 * `ended`: no fw goes back to before it. `watched`: a watchdog lives that takes it back unless it is kept. `left`: its journal has not ended, and none takes it back
 * until fw is run with its data folder. `silent`: its data folder does not tell, so it counts as one that has not ended.
 */
export type OtherStanding = 'ended' | 'watched' | 'left' | 'silent';

export type OtherRuns = {
  readonly runs: readonly OtherRun[];
  /** Paths of entries that this fw cannot read and whose watchdog lives: of which apply they tell, and in which namespaces, is not known. */
  readonly unread: readonly string[];
};

/** The process of a watchdog that has no journal yet: it does nothing, and ends with this process. */
export type SpareWatchdog = {
  /** Resolves to true when it watches the journal, as an armed one does; to false where it does not, and then it is gone or ends by itself. */
  watch(journalId: string): Promise<boolean>;
  /** Ends one that no journal was given to. */
  release(): void;
};

/** A process outside this one that brings an apply back when this one dies or no confirmation comes. */
export type Watchdog = {
  /**
   * Resolves when it watches the journal; it outlives this process, its session and its terminal. `confirmSeconds`: how long an apply will wait to be
   * confirmed.
   */
  arm(journalId: string, confirmSeconds?: number): Promise<void>;
  /** Begins to start one that gets its journal later. Absent where it could not get one then; may be called for nothing. */
  spare?(confirmSeconds?: number): SpareWatchdog | undefined;
  /** Whether a watchdog watches the journal now; undefined where that is not known, and then none may be counted on. */
  isAlive(journalId: string): Promise<boolean | undefined>;
  /** Applies of this machine that were entered and that this data folder has no unfinished journal of; some may have ended since, see `standing`. */
  others(): Promise<OtherRuns>;
};

/**
 * What happens without a user at the screen: to the log of the data folder, to the terminal of the user who started the apply, and to the log of the system. Never
 * throws: a log that cannot be written is left out.
 */
export type Announce = (words: string) => Promise<void>;

/** A packet of which the route is asked. Addresses as text. Without `input` it is one of this host. */
export type RouteQuestion = { readonly destination: string; readonly source: string; readonly input?: string };

export type FoundRoute =
  | { readonly kind: 'local' }
  | { readonly kind: 'out'; readonly output: string }
  /** There is none, or it could not be asked. */
  | { readonly kind: 'none'; readonly why: string };
