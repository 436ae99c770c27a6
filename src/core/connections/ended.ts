import type { Namespace } from '../rules/types.ts';
import type { RefusedConnection } from './types.ts';

/** Refused connections of one namespace that an apply ends once it is kept. */
export type ToEnd = { readonly namespace: Namespace; readonly connections: readonly RefusedConnection[] };

/** What became of them. */
export type EndedConnections = {
  /** No packet of either side gets through. */
  readonly ended: number;
  /** They had ended by themselves. */
  readonly gone: number;
  /** Their entries were deleted, and are there again: a packet of one side made a new one. */
  readonly cameBack: readonly ConnectionIn[];
  /** They go on, and why. */
  readonly left: readonly (ConnectionIn & { readonly why: LeftBecause })[];
  /** What could not be done, in a sentence each. */
  readonly problems: readonly string[];
};

export type ConnectionIn = { readonly namespace: Namespace; readonly connection: RefusedConnection };

/** `translated`: without its entry a packet may leave untranslated. `socket`: the kernel did not close the socket of this host. `let-in`: the rules and sets that are live when the apply is confirmed do not refuse it. */
export type LeftBecause = 'let-in' | 'translated' | 'socket' | 'too-many' | 'failed';
