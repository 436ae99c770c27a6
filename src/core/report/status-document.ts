import type { RunState } from '../journal/run-state.ts';
import type { WhyBack } from '../journal/types.ts';
import type { WentBack } from '../journal/went-back.ts';

/** What an apply of another network namespace or machine is, and what is to be done where, in words. */
export type Elsewhere = { readonly what: string; readonly next: string };

/** Whether anything of an apply is live, as the kernel shows; `unknown` where it cannot be seen from here, and why. */
export type Standing =
  /** `differs`: what is not as it was applied, each in a few words; some of it may have gone back. */
  | { readonly kind: 'live'; readonly differs: readonly string[] }
  | { readonly kind: 'not live' }
  | { readonly kind: 'unknown'; readonly why: string };

/** What is going on in a data folder. */
export type StatusFacts = {
  readonly holder: string | undefined;
  readonly pending: readonly {
    readonly run: Pick<RunState, 'id' | 'operator'>;
    readonly deadline: string;
    readonly secondsLeft: number;
    readonly isWatched: boolean | undefined;
    readonly standing: Standing;
  }[];
  readonly unfinished: readonly {
    readonly run: Pick<RunState, 'id' | 'at' | 'operator'>;
    readonly why: 'died' | 'not confirmed' | 'booted' | 'rejected';
    readonly standing: Standing;
    /** Why the last try of its way back failed, where one did. */
    readonly said?: string;
    /** Whether there is a watchdog that brings it back. */
    readonly isWatched: boolean | undefined;
  }[];
  /** By the id of an apply that was not made here: what it is, and what is to be done where. */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Applies that another data folder keeps and that have not ended: what that means here, and what is to be done, in words. */
  readonly others: readonly {
    /** Undefined where its entry cannot be read. */
    readonly run: { readonly id: string; readonly operator: string; readonly folder: string } | undefined;
    readonly what: string;
    readonly next: string;
  }[];
  /** Kept applies whose run was cut off before it had ended the connections that they were to end. */
  readonly leftToEnd?: readonly { readonly id: string; readonly operator: string }[];
  readonly generation: { readonly number: number; readonly at: string; readonly operator: string } | undefined;
  readonly wentBack: WentBack | undefined;
};

/** Each of them null where the entry of the apply cannot be read. */
type OtherFolder = {
  readonly id: string | null;
  readonly operator: string | null;
  readonly data_dir: string | null;
};

/** `fw status --json`. */
export type StatusDocument = {
  readonly format_version: '1.0';
  readonly kind: 'status';
  readonly holder: string | null;
  /** `elsewhere` only with an apply that was not made in this network namespace of this machine. */
  readonly pending: readonly {
    readonly id: string;
    readonly deadline: string;
    readonly seconds_left: number;
    /** Whether there is a watchdog that would bring it back. */
    /** Null where that is not known. */
    readonly watched: boolean | null;
    /** Whether anything of it is live: false where only its journal has not ended; null where that cannot be seen from here. */
    readonly live: boolean | null;
    /** What of it is not as it was applied; only where something is. */
    readonly differs?: readonly string[];
    readonly elsewhere?: Elsewhere;
  }[];
  readonly unfinished: readonly {
    readonly id: string;
    readonly at: string;
    readonly operator: string;
    readonly why: 'died' | 'not confirmed' | 'booted' | 'rejected';
    /** As above. */
    readonly watched: boolean | null;
    readonly live: boolean | null;
    readonly elsewhere?: Elsewhere;
  }[];
  /** Applies that another data folder keeps and that have not ended, in namespaces of this one, or all where it has no generation; only where there are some. */
  readonly other_folders?: readonly OtherFolder[];
  /** Ids of kept applies whose run was cut off before it had ended the connections that they were to end; only where there are some. */
  readonly connections_left?: readonly string[];
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

export function statusDocument({
  holder,
  pending,
  unfinished,
  elsewhere,
  others,
  leftToEnd = [],
  generation,
  wentBack,
}: StatusFacts): StatusDocument {
  const placeOf = (id: string) => {
    const found = elsewhere.get(id);
    return found === undefined ? {} : { elsewhere: found };
  };
  return {
    format_version: '1.0',
    kind: 'status',
    holder: holder ?? null,
    pending: pending.map(({ run, deadline, secondsLeft, isWatched, standing }) => ({
      id: run.id,
      deadline,
      seconds_left: secondsLeft,
      watched: isWatched ?? null,
      live: isLive(standing),
      ...(standing.kind === 'live' && standing.differs.length > 0 ? { differs: standing.differs } : {}),
      ...placeOf(run.id),
    })),
    unfinished: unfinished.map(({ run: { id, at, operator }, why, standing, isWatched }) => ({
      id,
      at,
      operator,
      why,
      watched: isWatched ?? null,
      live: isLive(standing),
      ...placeOf(id),
    })),
    ...(others.length === 0 ? {} : { other_folders: others.map(otherOf) }),
    ...(leftToEnd.length === 0 ? {} : { connections_left: leftToEnd.map(({ id }) => id) }),
    generation: generation ?? null,
    last: lastOf(generation, wentBack),
  };
}

function isLive({ kind }: Standing): boolean | null {
  return kind === 'unknown' ? null : kind === 'live';
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

function otherOf({ run }: StatusFacts['others'][number]): OtherFolder {
  return { id: run?.id ?? null, operator: run?.operator ?? null, data_dir: run?.folder ?? null };
}
