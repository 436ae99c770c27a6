import type { HistoryLine } from '../app/generations/list-history.ts';
import type { CounterDocument, GoneDocument, SinceDocument } from '../core/counters/counter-document.ts';
import type { BackendChoice } from '../core/desired/types.ts';
import type { Finding, GuardFlag, GuardId } from '../core/guards/finding.ts';
import type { TraceDocument } from '../core/packets/trace/trace-document.ts';
import type { DriftDocument } from '../core/report/drift-document.ts';
import type { StatusDocument } from '../core/report/status-document.ts';
import type { StreamEvent } from '../core/report/stream/types.ts';
import type { PlanDocument } from '../core/report/types.ts';
import type { Family, TableName } from '../core/rules/types.ts';
import type { Batches, BatchesOptions } from './batch-types.ts';
import type { Applied, CallOptions, MemoryDocument } from './call-types.ts';

export type { HistoryLine } from '../app/generations/list-history.ts';
export type { CounterDocument, GoneDocument, SinceDocument } from '../core/counters/counter-document.ts';
export type { BackendChoice } from '../core/desired/types.ts';
export type { ErrorCode, FirewallState } from '../core/diagnostics/errors.ts';
export type { Finding, GuardFlag, GuardId } from '../core/guards/finding.ts';
export type { TraceDocument } from '../core/packets/trace/trace-document.ts';
export type { DriftDocument } from '../core/report/drift-document.ts';
export type { StatusDocument } from '../core/report/status-document.ts';
export type { PlacedDiagnostic, PlanDocument } from '../core/report/types.ts';
export type { Family, TableName } from '../core/rules/types.ts';
export type { Batches, BatchesOptions, Carried, Change } from './batch-types.ts';
export type { Applied, CallOptions, MemoryDocument } from './call-types.ts';

export type FirewallOptions = {
  /** Folder for journal, generations and lock, as `--data-dir`. */
  readonly dataDir: string;
  /** Longest time for one program, and for one answer of the disk of the data folder; 120 seconds without it. */
  readonly timeoutSeconds?: number;
  /** Who applies, for journal and history; the user of this process without it. */
  readonly operator?: string;
  /** As root, takes a state that other users may write. */
  readonly allowUntrustedState?: boolean;
  /** Called with what a call does, as it does it. What it throws is dropped: no apply depends on who listens. */
  readonly onEvent?: (event: FirewallEvent) => void;
  /** Stops every call of this firewall, see `CallOptions`. */
  readonly signal?: AbortSignal;
  /** The script of fw that watches over an apply; `fw.cjs` beside the library without it. Needed where a bundler has moved the library. */
  readonly program?: string;
};

/** A line of `fw apply --json` that tells of the work, see docs/formats.md. */
export type FirewallEvent = {
  readonly '@level': StreamEvent['level'];
  readonly '@message': string;
  readonly '@module': 'fw';
  readonly '@timestamp': string;
  readonly type: StreamEvent['type'];
  readonly [key: string]: unknown;
};

/** Where the desired state is. `name` is what `--state-name` is; documents in memory need one, here or as `state:` in a document, since no path tells them apart. */
export type StateSource =
  | { readonly state: string; readonly name?: string; readonly varFiles?: readonly string[] }
  | { readonly documents: readonly MemoryDocument[]; readonly name?: string };

export type PlanRequest = StateSource & {
  /** Values for the state, `NAME=TEXT` or `NAME=[TEXT,TEXT]`. */
  readonly vars?: readonly string[];
  /** Takes a state that declares nothing. */
  readonly allowEmpty?: boolean;
  /** The part of the state that the plan is about. */
  readonly select?: {
    readonly namespaces?: readonly string[];
    readonly tables?: readonly TableName[];
    readonly families?: readonly Family[];
    /** `NAMESPACE[/FAMILY[/TABLE]]`. */
    readonly targets?: readonly string[];
    readonly exclude?: readonly string[];
  };
  /** The text of a snapshot to plan from instead of the live rules; needs no root. */
  readonly live?: string;
  /** False: nothing is asked about traffic, and `document.traffic` is null. */
  readonly traffic?: boolean;
  /** How long the plan may be applied; a day without it. */
  readonly maxAgeSeconds?: number;
};

/** What somebody is asked to approve. */
export type Proposal = {
  /** The JSON of `fw show FILE --json`, see docs/formats.md. */
  readonly document: PlanDocument;
  /** The guards that are closed for it. */
  readonly findings: readonly Finding[];
  readonly hasChanges: boolean;
};

/** A plan that may be applied, once or not at all. */
export type Plan = Proposal & {
  /** The text of a saved plan, for `fw show FILE` and `fw apply FILE`. */
  readonly text: string;
};

export type ApplyOptions = CallOptions & {
  /** Guards that are opened, by id or flag: `FWG02`, `--allow-lockout`. */
  readonly allow?: readonly (GuardId | GuardFlag)[];
  /** All goes back by itself unless `confirm` is called within this time, by whomever. Without it the apply is kept as soon as it is verified. */
  readonly confirmSeconds?: number;
  /** How long to wait for another fw to finish; no time without it. */
  readonly lockTimeoutSeconds?: number;
  /** Asked under the lock, right before the work, with the guards that `allow` opened. Anything but true ends the call with `apply.unapproved`. */
  readonly approve?: (proposal: Proposal) => boolean | Promise<boolean>;
};

export type RollbackOptions = ApplyOptions & {
  /** A generation, 0 for what was there before fw; `previous` without it: what the newest apply changed. */
  readonly to?: number | 'last' | 'previous';
  /** Only this state of the data folder. */
  readonly stateName?: string;
};

export type Confirmed = {
  readonly id: string;
  /** Null where the next run files it. */
  readonly generation: number | null;
  /** Namespaces that are not there any more, and what of the rest is not as it was applied. */
  readonly gone: readonly { readonly namespace: string; readonly why: string }[];
  readonly differs: readonly string[];
  /** Why live rules could not be compared; null where they were. */
  readonly unread: string | null;
};

export type Rejected = {
  readonly id: string;
  /** `rejected`, or why it had gone back before. */
  readonly why: string;
  /** False where the machine was booted since: nothing of the apply was live. */
  readonly undone: boolean;
  /** Why its journal could not be ended; null where it is. */
  readonly unrecorded: string | null;
};

export type Recovered = {
  readonly rolledBack: readonly string[];
  /** Applies that are back and whose journal could not be ended. */
  readonly unrecorded: readonly string[];
  /** Applies that wait to be confirmed and got a watchdog again. */
  readonly rewatched: readonly string[];
  /** All that wait to be confirmed. */
  readonly waiting: readonly string[];
};

export type SnapshotRequest = { readonly namespaces?: readonly string[]; readonly backend?: BackendChoice };

export type CountersRequest = SnapshotRequest & {
  readonly families?: readonly Family[];
  readonly tables?: readonly TableName[];
  readonly chains?: readonly string[];
  readonly dropping?: boolean;
  readonly since?: number;
};

/** What a reader is told: since when, of each namespace; the differences; and counters that are gone. */
export type CountedDocument = {
  readonly since: readonly SinceDocument[];
  readonly counters: readonly CounterDocument[];
  readonly gone: readonly GoneDocument[];
};

export type DriftRequest = { readonly since?: number; readonly stateName?: string; readonly foreign?: boolean };

export type TraceRequest = {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly in?: string;
  readonly out?: string;
  readonly ctstate?: string;
  readonly flags?: string;
  readonly icmp?: string;
  readonly mark?: string;
  readonly mac?: string;
  readonly namespace?: string;
  readonly backend?: BackendChoice;
  /** By what this state would make of the live rules. */
  readonly desired?: StateSource;
};

/**
 * The engine of the commands. Every call reads anew, prints nothing and ends the process never; calls of one firewall and the commands of the same data folder may
 * run side by side, and the lock lets one of them write. All of them reject with a `FirewallError`.
 */
export type Firewall = {
  /** The text of `fw snapshot`. */
  snapshot(request?: SnapshotRequest & CallOptions): Promise<string>;
  plan(request: PlanRequest & CallOptions): Promise<Plan>;
  /** Applies exactly this plan, or nothing: `plan.stale` where live rules are not what it was made from. */
  apply(plan: Plan, options?: ApplyOptions): Promise<Applied>;
  /** Keeps the apply that waits, or the one with this id. */
  confirm(id?: string, options?: CallOptions): Promise<Confirmed>;
  /** Takes it back now. */
  reject(id?: string, options?: CallOptions): Promise<Rejected>;
  rollback(options?: RollbackOptions): Promise<Applied>;
  recover(options?: CallOptions): Promise<Recovered>;
  /** What changed since the newest generation. Rejects with `generation.missing` before the first. */
  drift(request?: DriftRequest & CallOptions): Promise<DriftDocument>;
  counters(request?: CountersRequest & CallOptions): Promise<readonly CounterDocument[]>;
  /**
   * What was counted since this reader was told last, as `fw counters --since-last`. `tell` gets it; what it throws, and a process that dies in it, leave it to the next call. The
   * data folder must be there, and no two calls of one reader are at work at one time.
   */
  countersSinceLast(
    reader: string,
    tell: (counted: CountedDocument) => void | Promise<void>,
    request?: CountersRequest & CallOptions,
  ): Promise<void>;
  trace(request: TraceRequest & CallOptions): Promise<TraceDocument>;
  status(options?: CallOptions): Promise<StatusDocument>;
  /** For many callers that change one state: each apply carries all changes that are waiting. Throws a FirewallError for options that cannot be. */
  batches(options: BatchesOptions): Batches;
  /** Oldest first. */
  history(options?: CallOptions): Promise<readonly HistoryLine[]>;
};
