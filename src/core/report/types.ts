import type { ChangeClass, PlanClass } from '../approval/types.ts';
import type { CountedConnections } from '../connections/wish.ts';
import type { Finding, GuardId } from '../guards/finding.ts';
import type { AnewSince } from '../identity/find-made-anew.ts';
import type { Traffic } from '../packets/types/traffic.ts';
import type { PlacedDiagnostic, Source } from '../plan/view/placed.ts';
import type { ResourceChange } from '../plan/view/types.ts';
import type { PlanFile, StateNames } from '../plan-file/types.ts';
import type { Backend, Family, TableName } from '../rules/types.ts';
import type { ConnectionsDocument } from './connections-document.ts';
import type { DeclaredDocument } from './declared-document.ts';
import type { AnewDocument, MadeInDocument } from './made-anew-document.ts';
import type { TrafficDocument } from './traffic-document.ts';

export type { DiagnosticRange, PlacedDiagnostic, Source } from '../plan/view/placed.ts';

/**
 * A signature beside a saved plan. `key` made it for exactly this file; null where it did not, or where that was not checked, and `problem` says why.
 * `principal` is who has the key; null where that was not looked up.
 */
export type SignatureFacts = {
  readonly file: string;
  readonly key: string | null;
  readonly principal: string | null;
  readonly problem: string | null;
};

/** A plan with what there is to say about it: what every machine format is printed from. */
export type PlanReport = Pick<
  PlanFile,
  | 'fw_version'
  | 'created'
  | 'host'
  | 'operator'
  | 'state'
  | 'commit'
  | 'transitions'
  | 'plan'
  | 'checks'
  | 'selection'
  | 'made_in'
  | 'tests'
  | 'reachable'
  | 'connections'
> &
  StateNames & {
    /** What becomes the generation, of a saved plan, for which there is no state to look in. */
    readonly declared?: PlanFile['namespaces'];
    /** Of a saved plan, the sha256 of its file in hex, as sha256sum prints it. */
    readonly file_digest?: string;
    /** What is known of the signature beside a saved plan; absent where there is none. */
    readonly signature?: SignatureFacts;
    /** UTC, ISO 8601; null for a plan that is not saved. */
    readonly expires: string | null;
    /** How far it reaches; null for a plan that changes nothing. Every rule is read for it, so it is asked where it is shown. */
    readonly judge: () => PlanClass | null;
    readonly findings: readonly Finding[];
    /** Guards that cannot be judged from here, such as the one that needs the session of the user who applies. */
    readonly unjudged: readonly GuardId[];
    /** Namespaces that are not those that were applied to, or planned for; absent where nothing live was looked at. */
    readonly anew?: readonly AnewSince[];
    /** What it does to traffic; absent where that was not asked. */
    readonly traffic?: readonly Traffic[];
    /** Running connections that it refuses; absent where they were not asked for. */
    readonly counted?: readonly CountedConnections[];
    /** Warnings of the state. */
    readonly diagnostics: readonly PlacedDiagnostic[];
  };
/** Rules and policies, then sets and their entries. Each family counts for itself. */
export type SummaryDocument = {
  readonly add: number;
  readonly change: number;
  readonly move: number;
  readonly remove: number;
  readonly policies: number;
  readonly chains_added: number;
  readonly chains_removed: number;
  readonly sets_added: number;
  readonly sets_changed: number;
  readonly sets_removed: number;
  readonly entries_added: number;
  readonly entries_removed: number;
  readonly namespaces: { readonly changed: number; readonly unchanged: number };
};

export type Problem = {
  readonly message: string;
  readonly namespace: string;
  readonly families: readonly Family[];
  /** Null where a set is meant. */
  readonly table: TableName | null;
  readonly chain: string | null;
  /** Name of the set in the kernel; null where rules are meant. */
  readonly set: string | null;
  readonly evidence: readonly string[];
  /** The flag that lets an apply go on. */
  readonly flag: string;
};

/** A check in full. What another kind of check has is null. */
export type ProbeDocument = {
  /** Null where the state gives it none. */
  readonly name: string | null;
  readonly kind: 'tcp' | 'http' | 'command';
  /** Absolute path of a program that is run as root, then its arguments. */
  readonly command: readonly string[] | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly url: string | null;
  /** The status that the URL must answer with; null for any 2xx. */
  readonly status: number | null;
  /** The namespace that it is tried from: `host` or the name. */
  readonly from: string;
  /** Of one try. */
  readonly timeout_ms: number;
  /** Tries after the first one. */
  readonly retries: number;
  /** Between two tries. */
  readonly wait_ms: number;
  readonly source: Source | null;
};

/** A guard, or a check that runs after the apply. */
export type CheckDocument = {
  readonly address: string;
  readonly kind: 'guard' | 'check';
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly problems: readonly Problem[];
  /** What the check tries; null for a guard. */
  readonly probe: ProbeDocument | null;
};

/** `over` has the first few changes of each class that has an effect, the farthest reaching first. */
export type ClassDocument = Pick<PlanClass, 'counts' | 'over'> & { readonly name: ChangeClass };

export type PlanDocument = {
  readonly format_version: '1.0';
  readonly kind: 'plan';
  readonly fw_version: string;
  readonly created: string;
  readonly expires: string | null;
  readonly host: string;
  readonly operator: string;
  readonly config: { readonly state: string; readonly commit: string | null; readonly dirty: boolean | null };
  readonly errored: false;
  readonly complete: true;
  readonly applyable: boolean;
  /** Over all namespaces; null where nothing changes. */
  readonly transition: { readonly from: string; readonly to: string } | null;
  /** `approval` is that of the namespace alone. */
  readonly transitions: readonly {
    readonly namespace: string;
    readonly from: string;
    readonly to: string;
    readonly approval: string;
  }[];
  /** The signature beside the file; null where there is none, and for a plan that is not saved. */
  readonly signature: SignatureFacts | null;
  /** What `--approved` takes for the whole plan, and for every other plan that goes the same ways; null where nothing changes. */
  readonly approval: string | null;
  /** `no-effect`, `closes`, `opens` or `any`: what it does to packets, by proof; null where nothing changes. */
  readonly class: ClassDocument | null;
  readonly targets: readonly {
    readonly namespace: string;
    readonly family: Family;
    readonly backend: Backend;
    readonly rules: number;
    readonly tables: Readonly<Record<string, { readonly before: string; readonly after: string }>>;
  }[];
  readonly resource_changes: readonly ResourceChange[];
  readonly foreign: readonly {
    readonly namespace: string;
    readonly family: Family;
    readonly table: TableName;
    readonly chain: string;
    readonly rules: number;
    /** The program that is known for chains of this name. */
    readonly owner: string | null;
  }[];
  readonly checks: readonly CheckDocument[];
  /** The part of the state that the plan is about, as flags of `fw plan`; empty for all of it. */
  readonly selection: readonly string[];
  readonly declared: readonly DeclaredDocument[];
  readonly anew: readonly AnewDocument[];
  /** Null where it was not asked (`--traffic none`). */
  readonly traffic: readonly TrafficDocument[] | null;
  /** Null where they were not asked for: with `--traffic none`, and of a saved plan until it is applied. */
  readonly connections: readonly ConnectionsDocument[] | null;
  /** Namespaces in which the state has an apply end the running connections that it refuses. */
  readonly ends_connections: readonly string[];
  readonly made_in: MadeInDocument | null;
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly summary: SummaryDocument;
  readonly artifacts: {
    readonly restore: readonly { readonly target: string; readonly sha256: string }[];
    readonly rollback: readonly { readonly target: string; readonly sha256: string }[];
  };
};
