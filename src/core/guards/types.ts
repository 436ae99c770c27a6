import type { StandingTable } from '../plan/standing-tables.ts';
import type { Step } from '../plan/types.ts';
import type { Counters, Family, Namespace, Table, TableName } from '../ruleset/types.ts';
import type { SshConnection } from './ssh-connection.ts';

export type GuardId = 'FWG01' | 'FWG02' | 'FWG03' | 'FWG04' | 'FWG05' | 'FWG06';

/** The one flag that opens each guard. */
export const GUARD_FLAGS = {
  FWG01: '--allow-empty',
  FWG02: '--allow-lockout',
  FWG03: '--allow-mass-removal',
  FWG04: '--allow-removal-in-use',
  FWG05: '--allow-foreign-removal',
  FWG06: '--allow-unrehearsed',
} as const satisfies Record<GuardId, `--allow-${string}`>;

export type GuardFlag = (typeof GUARD_FLAGS)[GuardId];

/** A guard that stays closed until its flag is given or a person at a terminal types the name of the namespace. */
export type Finding = {
  readonly id: GuardId;
  /** What the plan does, one line without a final full stop and without the place, which the other fields hold. */
  readonly title: string;
  readonly namespace: Namespace;
  readonly families: readonly Family[];
  /** Absent where a set is meant. */
  readonly table?: TableName;
  /** Absent when several chains of the table are meant. */
  readonly chain?: string;
  /** Name of the set in the kernel; absent where rules are meant. */
  readonly set?: string;
  /** What the guard saw, one fact a line. Rule texts are as the kernel has them: clean them before a terminal sees them. */
  readonly evidence: readonly string[];
  readonly flag: GuardFlag;
};

/** A step's table as it is live and as it will be. A missing table is pristine. */
export type TablePair = { readonly before: Table | undefined; readonly after: Table };

export type GuardedStep = { readonly step: Step; readonly tables: TablePair };

/** What is known besides the plan. Everything that is missing makes the guards stricter, but for `ssh`. */
export type GuardFacts = {
  /** One for each step of the plan, in the same order. */
  readonly tables: readonly TablePair[];
  /** Tables without a step whose rules name a set that changes. */
  readonly standing?: readonly StandingTable[];
  /** Namespaces for which the state declares no rule at all. */
  readonly emptyDesired: readonly Namespace[];
  /** The connection of the person or pipeline that runs fw, in the namespace where fw runs. */
  readonly ssh?: SshConnection;
  /** Counters at an earlier moment, by `ruleKey`; rules of equal text in one chain are added up. */
  readonly earlier?: {
    /** When that was, to stand behind "packets since": `generation 41`. */
    readonly since: string;
    readonly counters: ReadonlyMap<string, Counters>;
  };
  /** Keys (`ruleKey`) of the rules that fw itself made: those of the last generation. Without it every live rule is of others. */
  readonly known?: ReadonlySet<string>;
  /** Keys (`setKey`) of the sets of the last generation. Without it every set of an exclusive document is of others. */
  readonly knownSets?: ReadonlySet<string>;
};
