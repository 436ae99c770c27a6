import type { GuardFlag, GuardId } from '../core/guards/finding.ts';
import type { Applied, CallOptions, MemoryDocument } from './call-types.ts';

/** What one caller wants changed of the documents, all of it or nothing. */
export type Change = {
  /** Documents that come, or take the place of those with the same paths. */
  readonly put?: readonly MemoryDocument[];
  /** Paths of documents that go. One that is not there is no mistake. */
  readonly remove?: readonly string[];
};

export type BatchesOptions = {
  /** Name of the state, as `--state-name`. */
  readonly name: string;
  /** All that is wanted at the start. The first batch applies it, together with the first changes; what an earlier process has applied and is not among it goes. */
  readonly documents: readonly MemoryDocument[];
  /** Values for the documents, `NAME=TEXT` or `NAME=[TEXT,TEXT]`. */
  readonly vars?: readonly string[];
  /** Guards that are opened for every batch, by id or flag. */
  readonly allow?: readonly (GuardId | GuardFlag)[];
  /** How long a batch waits for another fw to finish; 30 seconds without it. */
  readonly lockTimeoutSeconds?: number;
  /** Stops the batch that is at work, and refuses those behind it, see `CallOptions`. */
  readonly signal?: AbortSignal;
};

/** What a change became: that of the apply which carried it. */
export type Carried = Omit<Applied, 'pending'> & {
  /** How many changes the same apply carried, this one among them. */
  readonly carried: number;
};

/**
 * Changes of many callers to one state in memory, of which each apply carries all that are waiting. One batch is at work at a time, and what is asked for meanwhile is the next.
 */
export type Batches = {
  /**
   * Resolves when the change is applied and verified, or nothing was to be done for it. Rejects with a `FirewallError` of this change alone where it cannot be applied: then it is forgotten, and the changes of others go
   * on without it. A `signal` takes the change back for as long as its batch has not begun.
   */
  defer(change: Change, options?: CallOptions): Promise<Carried>;
  /** No batch begins until the returned function is called. Several holds may be open; each is closed once. */
  hold(): () => void;
  /** What is applied: the documents of the start, with every change that was carried. */
  documents(): readonly MemoryDocument[];
};
