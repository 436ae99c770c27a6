import type { RunState } from '../journal/fold.ts';
import type { WhyBack } from '../journal/types.ts';
import type { WentBack } from '../journal/went-back.ts';

/** What is going on in a data folder. */
export type StatusFacts = {
  readonly holder: string | undefined;
  readonly pending: readonly {
    readonly run: Pick<RunState, 'id' | 'operator'>;
    readonly deadline: string;
    readonly secondsLeft: number;
    readonly isWatched: boolean;
  }[];
  readonly unfinished: readonly {
    readonly run: Pick<RunState, 'id' | 'at' | 'operator'>;
    readonly why: 'died' | 'not confirmed' | 'booted';
  }[];
  readonly generation: { readonly number: number; readonly at: string; readonly operator: string } | undefined;
  readonly wentBack: WentBack | undefined;
};

/** `fw status --json`. */
export type StatusDocument = {
  readonly format_version: '1.0';
  readonly kind: 'status';
  readonly holder: string | null;
  readonly pending: readonly {
    readonly id: string;
    readonly deadline: string;
    readonly seconds_left: number;
    /** Whether there is somebody who would bring it back. */
    readonly watched: boolean;
  }[];
  readonly unfinished: readonly {
    readonly id: string;
    readonly at: string;
    readonly operator: string;
    readonly why: 'died' | 'not confirmed' | 'booted';
  }[];
  readonly generation: { readonly number: number; readonly at: string; readonly operator: string } | null;
  /** The last apply that has ended, kept or not; null before the first. */
  readonly last:
    | { readonly outcome: 'applied'; readonly at: string; readonly operator: string; readonly generation: number }
    | {
        readonly outcome: 'rolled-back';
        readonly at: string;
        readonly operator: string;
        readonly state: string;
        readonly journal: string;
        readonly why: WhyBack | null;
        readonly said: string | null;
      }
    | null;
};

export function statusDocument({ holder, pending, unfinished, generation, wentBack }: StatusFacts): StatusDocument {
  return {
    format_version: '1.0',
    kind: 'status',
    holder: holder ?? null,
    pending: pending.map(({ run, deadline, secondsLeft, isWatched }) => ({
      id: run.id,
      deadline,
      seconds_left: secondsLeft,
      watched: isWatched,
    })),
    unfinished: unfinished.map(({ run: { id, at, operator }, why }) => ({ id, at, operator, why })),
    generation: generation ?? null,
    last: lastOf(generation, wentBack),
  };
}

function lastOf(generation: StatusFacts['generation'], wentBack: WentBack | undefined): StatusDocument['last'] {
  if (wentBack !== undefined) {
    const { at, operator, state, journal, why, said } = wentBack;
    return { outcome: 'rolled-back', at, operator, state, journal, why: why ?? null, said: said ?? null };
  }
  if (generation === undefined) return null;
  const { number, at, operator } = generation;
  return { outcome: 'applied', at, operator, generation: number };
}
