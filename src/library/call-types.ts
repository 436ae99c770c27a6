export type CallOptions = {
  /**
   * Before the first write it stops the call and nothing is changed; after that what was begun goes back. Either way the call rejects with the code
   * `run.interrupted`, `firewall` tells which it was, and the lock is free by then. An apply that waits to be confirmed is not stopped by it: `reject` is.
   */
  readonly signal?: AbortSignal;
};

/** A file of a state that is in memory. `path` is seen from the root of the state and decides what it is, as that of a file does; it is what messages name. */
export type MemoryDocument = { readonly path: string; readonly text: string };

export type Applied = {
  /** Whether a live rule was changed. */
  readonly changed: boolean;
  /** What it became; null while it waits to be confirmed, and where nothing had to be recorded or it could not be filed. */
  readonly generation: number | null;
  readonly pending: { readonly id: string; readonly deadline: string } | null;
  /** Why the generation could not be filed; the next run files it. Null where it is. */
  readonly unfiled: string | null;
  /** Earlier applies that had died and were brought back first. */
  readonly recovered: readonly string[];
};
