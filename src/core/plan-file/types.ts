import type { PlannedCheck, Promises } from '../desired/types.ts';
import type { StoredNamespace } from '../generation/stored-namespaces.ts';
import type { Commit, Generation } from '../generation/types.ts';
import type { MadeIn } from '../identity/types.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { StoredSetStep, StoredStep, StoredTables } from '../plan/stored-step.ts';
import type { Plan } from '../plan/types.ts';
import type { Selection } from '../selection/types.ts';
import type { Transition } from '../transitions/transitions.ts';

/** Of which state a plan is. Plans of an earlier fw have neither. */
export type StateNames = {
  /** The state's own name, or its full path where it has none; then it equals `state_path`. */
  readonly state_name?: string;
  readonly state_path?: string;
};

/** A plan as a file holds it: tables and sets apart. */
export type StoredPlan = Omit<Plan, 'steps'> & {
  readonly steps: readonly StoredStep[];
  /** Changes of sets; absent where there are none. */
  readonly sets?: readonly StoredSetStep[];
};

/** A plan file as it is on disk. */
export type StoredPlanFile = Omit<PlanFile, 'plan' | 'namespaces'> & {
  readonly namespaces: readonly StoredNamespace[];
  readonly plan: StoredPlan;
  /** Whole tables before and after, parallel to the steps of the plan. */
  readonly tables: readonly StoredTables[];
};

/** A plan that can be carried to another machine, shown without root, reviewed, and applied as it is or not at all. */
export type PlanFile = StateNames &
  Promises & {
    /** `major.minor`. A file with a key that is not known is refused: it may mean what would not be carried out. */
    readonly format_version: '1.0';
    readonly kind: 'plan';
    readonly fw_version: string;
    /** UTC, ISO 8601. */
    readonly created: string;
    /** After this it is refused. */
    readonly expires: string;
    readonly host: string;
    readonly operator: string;
    /** Path of the state as it was typed. */
    readonly state: string;
    /** Commit of the folder that holds the state, where git knows one; `dirty` when files differ from it. */
    readonly commit: Commit | null;
    readonly transitions: readonly Transition[];
    readonly plan: Plan;
    /** Tables that stay as they are while a set changes that their rules name; absent where there are none. */
    readonly standing?: readonly StandingTable[];
    /** The part of the state that the plan is about, where that is not all of it. */
    readonly selection?: Selection;
    /** What the state declares, for the generation that an apply becomes and for a rebase. */
    readonly namespaces: Generation['namespaces'];
    /** What must hold after the apply; a command among them is run by the user who applies the file. */
    readonly checks: readonly PlannedCheck[];
    /** Which network namespaces its names stood for when it was made; absent in older plans and in those of a snapshot. Nothing is decided by it. */
    readonly made_in?: MadeIn;
    /** What fw warned of when it made the plan, with places; absent where there was nothing. Nothing is decided by it. */
    readonly warnings?: readonly {
      readonly severity: 'error' | 'warning';
      readonly code: string;
      readonly summary: string;
      readonly detail: string;
      readonly range: {
        readonly filename: string;
        readonly start: { readonly line: number; readonly column: number };
      } | null;
    }[];
    /** Over everything above. It shows that a file was altered or cut; a signature shows who made it. */
    readonly digest: string;
  };
