import type { Baseline } from '../core/counters/baseline.ts';
import type { Totals } from '../core/counters/totals.ts';
import type { Refusal, Told } from '../core/event-log/types.ts';
import type { GenerationHead } from '../core/generation/expired.ts';
import type { Generation, NumberedGeneration } from '../core/generation/types.ts';
import type { BeforeFw } from '../core/generation-zero/types.ts';
import type { WentBack } from '../core/journal/went-back.ts';
import type { Receipt } from '../core/receipt/types.ts';

/** Records of applies that were rolled back. The store is bounded: the newest stay. */
export type WentBackStore = {
  /** Adds a record, or replaces the one of the same journal. */
  add(record: WentBack): Promise<void>;
  /** All records, oldest first. */
  list(): Promise<readonly WentBack[]>;
};

/** What happened and is in no journal. The store is bounded: the newest stays. */
export type EventLog = {
  /** Keeps that an apply ended before it wrote anything. */
  refuse(refusal: Refusal): Promise<void>;
  /** Oldest first. */
  refusals(): Promise<readonly Refusal[]>;
  /** What watchdogs told, oldest first. */
  told(): Promise<readonly Told[]>;
};

/** Generation 0: what was live before fw. */
export type BeforeStore = {
  /** Undefined in a data folder from which nothing was ever written, or only by an older fw. Throws `generation.unreadable` for a damaged file. */
  read(): Promise<BeforeFw | undefined>;
  /** Writes what the record becomes if an apply is kept. */
  prepare(journalId: string, record: BeforeFw): Promise<void>;
  /** Makes what is prepared the record, as a whole. */
  keep(journalId: string): Promise<void>;
  discard(journalId: string): Promise<void>;
  /** What the record becomes if the apply is kept; undefined where that is filed already. */
  readPrepared(journalId: string): Promise<BeforeFw | undefined>;
  /** Ids of the applies whose record is prepared and neither kept nor discarded. */
  prepared(): Promise<readonly string[]>;
};

export type GenerationStore = {
  /** Writes what an apply would become, before its fate is known. */
  prepare(journalId: string, generation: Generation): Promise<void>;
  /** Makes it the newest generation and resolves to its number. */
  keep(journalId: string): Promise<number>;
  discard(journalId: string): Promise<void>;
  /** What an apply would become. */
  readPrepared(journalId: string): Promise<Generation>;
  /** Ids of the applies whose generation is prepared and neither kept nor discarded. */
  prepared(): Promise<readonly string[]>;
  /** Makes a generation that no apply waits for the newest one, and resolves to its number. */
  record(generation: Generation): Promise<number>;
  /** What each file tells in front of its rules, ascending. */
  heads(): Promise<readonly GenerationHead[]>;
  remove(number: number): Promise<void>;
  /** Lets some generations, never the newest, share what they have in common. What they hold stays the same. */
  share(numbers: readonly number[]): Promise<void>;
  /** Removes what was shared and is of no generation any more. */
  sweep(): Promise<void>;
  /** Numbers of those that an older fw wrote, which kept nothing of what was there before it. */
  earlier(): Promise<readonly number[]>;
  /** Numbers of all generations, ascending, with those that are kept and not filed yet. */
  numbers(): Promise<readonly number[]>;
  read(number: number): Promise<NumberedGeneration>;
};

/** Records of applies that were kept, by the number of their generation. */
export type ReceiptStore = {
  /** Writes the receipt of an apply whose fate is not known yet. */
  prepare(receipt: Omit<Receipt, 'digest'>): Promise<void>;
  /** Files a prepared receipt under a generation. */
  keep(journalId: string, number: number, confirmed: boolean): Promise<void>;
  discard(journalId: string): Promise<void>;
  /** Ids of the applies whose receipt is prepared and not filed. */
  pending(): Promise<readonly string[]>;
  /** Removes those of generations with lower numbers. */
  removeBelow(number: number): Promise<void>;
  /** Undefined where there is none; throws `plan.unreadable` for an altered one. */
  read(number: number): Promise<Receipt | undefined>;
};

/** What each reader of counters was told last, by the name of the reader. */
export type BaselineStore = {
  /**
   * Waits until no other run has this reader, and keeps it until it is closed. Throws `usage` for a name that is none, `run.locked` where another run keeps it for
   * too long, and `env.data-folder` where nothing can be kept, before anything was told.
   */
  open(reader: string): Promise<OpenRecord<Baseline>>;
};

/** What rules have counted for metrics, of all namespaces together. One run at a time has it, and no reader does. */
export type TotalsStore = {
  /** As `BaselineStore.open`. */
  open(): Promise<OpenRecord<Totals>>;
};

/** A file that one run at a time has. */
export type OpenRecord<T> = {
  /** Undefined where nothing was kept yet. */
  read(): Promise<T | undefined>;
  /** Replaces it as a whole, and returns once it is on disk. */
  write(value: T): Promise<void>;
  close(): Promise<void>;
};
