import type { Commit } from '../generation/types.ts';
import type { ConnectionsDocument } from '../report/connections-document.ts';
import type { TrafficDocument } from '../report/traffic-document.ts';
import type { SummaryDocument } from '../report/types.ts';
import type { Backend, Family, TableName } from '../rules/types.ts';
import type { Signer } from '../transitions/transitions.ts';

/** A check of an apply that passed: all of them, or the apply would have gone back. */
export type PassedCheck = {
  readonly name: string | null;
  /** What was tried, in words. */
  readonly probe: string;
  readonly from: string;
  /** `file:line`. */
  readonly origin: string;
  readonly tries: number;
  /** What the other side answered. */
  readonly words: string;
};

/** What an apply has proven before it was concluded. */
export type Proof = {
  /** Digests of the tables as they were read back from the kernel, parallel to the steps of the plan. */
  readonly live: readonly string[];
  readonly checks: readonly PassedCheck[];
};

/** A set that an apply has changed. That the apply was kept means that it was read back as planned. */
export type SetReceipt = {
  readonly namespace: string;
  /** Name in the kernel. */
  readonly set: string;
  readonly action: 'create' | 'update' | 'delete';
  /** Entries that came and went, and how many there are since. */
  readonly added: number;
  readonly removed: number;
  readonly entries: number;
  /** Digests over options and entries that the change is about. */
  readonly before: string;
  readonly planned: string;
};

/** The record of one apply that was kept, for audit. Namespaces are strings: `host` or the name. */
export type Receipt = {
  readonly format_version: '1.0';
  readonly kind: 'receipt';
  /** The generation that the apply became; null while it waits to be confirmed. */
  readonly generation: number | null;
  readonly journal: string;
  /** When everything was applied and verified. UTC, ISO 8601, as all times. */
  readonly at: string;
  readonly host: string;
  readonly operator: string;
  /** Path of the state as it was typed, or the generation that was gone back to. */
  readonly state: string;
  /** Names of the states that the apply was about; the full path of one without a name. Receipts of earlier versions do not have it. */
  readonly states?: readonly string[];
  readonly commit: Commit | null;
  /** Who signed the saved plan, where a signature was required. Receipts of earlier versions have neither this nor `approval`. */
  readonly signer?: Signer | null;
  /** What `--approved` would have taken for this apply. */
  readonly approval?: string | null;
  readonly summary: SummaryDocument;
  readonly transitions: readonly { readonly namespace: string; readonly from: string; readonly to: string }[];
  /** What it did to traffic, as the plan proved it; null where that was not asked. Receipts of earlier versions do not have it. */
  readonly traffic?: readonly TrafficDocument[] | null;
  /** `live` is what the kernel had afterwards; it differs from `planned` only by what others wrote into the table meanwhile. */
  readonly tables: readonly {
    readonly namespace: string;
    readonly family: Family;
    readonly table: TableName;
    readonly backend: Backend;
    readonly before: string;
    readonly planned: string;
    readonly live: string;
  }[];
  /** Absent where no set changed. */
  readonly sets?: readonly SetReceipt[];
  readonly checks: readonly PassedCheck[];
  /** Running connections that its rules refuse, and whether it ends them. Absent where none were looked at. */
  readonly connections?: readonly ConnectionsDocument[];
  /** `deadline` is null for an apply that asked for no confirmation; `confirmed` is true once it was confirmed. */
  readonly confirm: { readonly deadline: string | null; readonly confirmed: boolean };
  /** Over everything above: it tells an altered or cut file. */
  readonly digest: string;
};
