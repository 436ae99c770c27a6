import type { TestResult } from '../flow-tests/types.ts';
import type { SshConnection } from '../packets/ssh-connection.ts';
import type { KernelSettings } from '../packets/types/firewall.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import type { Counters, Family, Namespace, TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import type { Opened } from '../traffic/opened-by-plan.ts';

/** What a guard saw that keeps it closed, until its flag is given or a person at a terminal types the name of the namespace. */
export type Evidence = {
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
};

/** One guard. It is a row of `GUARDS` in registry.ts, and flags, rules of SARIF and pages of the documentation are made from the rows. */
export type Guard<Id extends `FWG${number}`, Flag extends `--allow-${string}`> = {
  /** A contract: it never changes its meaning. */
  readonly id: Id;
  /** The one flag that opens it. */
  readonly flag: Flag;
  /** What the flag does, for --help; absent where the flag is one of every plan and described there. */
  readonly summary?: string;
  /** The rule of SARIF. */
  readonly sarif: string;
  /** Row of docs/guards.md: when the guard is closed, and what it shows. */
  readonly closedWhen: string;
  readonly shows: string;
  /** Another guard whose finding at the same place is question enough. */
  readonly unless?: `FWG${number}`;
  /** Only the apply can tell: it needs the session of the user who applies, or the last generation of that machine. */
  readonly needsMachine?: true;
  readonly check: (facts: PlanFacts) => readonly Evidence[];
};

/** What every guard is asked with. */
export type PlanFacts = Omit<GuardFacts, 'standing'> & {
  readonly steps: readonly TableStep[];
  readonly sets: readonly SetStep[];
  readonly standing: readonly StandingTable[];
};

/** What is known besides the plan. Everything that is missing makes the guards stricter, but for `ssh`. */
export type GuardFacts = {
  /** What comes of the tests of the state by the rules after the plan. */
  readonly tests?: readonly TestResult[];
  /** Live tables of the namespaces of the plan that stay as they are. Without those of the host a guard knows only what changes. */
  readonly standing?: readonly StandingTable[];
  /** Namespaces for which the state declares no rule at all. */
  readonly emptyDesired: readonly Namespace[];
  /** Names of the states that the plan is about; others of the data folder may have rules in the same tables. */
  readonly states?: readonly string[];
  /** The connection of the person or pipeline that runs fw, in the namespace where fw runs. */
  readonly ssh?: SshConnection;
  /** What the plan opens, compared with what is live and with what a person confirmed. Absent where that is not asked. */
  readonly opened?: readonly Opened[];
  /** Settings of the kernel in the namespace where fw runs. */
  readonly settings?: KernelSettings;
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
