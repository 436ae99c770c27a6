import type { Claim } from '../desired/claim.ts';
import type { AppliedIn } from '../identity/types.ts';
import type { ChangeCounts } from '../plan/count-changes.ts';
import type { Backend, Family, Namespace, TableName } from '../rules/types.ts';
import type { KeptSet } from '../sets/ipset/types.ts';
import type { Signer } from '../transitions/transitions.ts';

/** A rule as files keep it, which may be many thousands: its text, where it was written (`file:line`), and what its state calls it. */
type KeptRule = readonly [text: string, origin?: string, id?: string];

/** A claim as it was applied. */
export type GenerationClaim = Claim<KeptRule>;

/** A rule that had matched packets, and how many: decimal digits, since they may be more than a number holds. */
export type Counted = readonly [family: Family, table: TableName, chain: string, text: string, packets: string];

/** Where git knows the state: `dirty` when files differ from the commit. */
export type Commit = { readonly id: string; readonly dirty: boolean };

/** `sets` is absent where no set changed: how many did, and their entries that came and went. */
export type GenerationSummary = ChangeCounts & {
  readonly sets?: { readonly changed: number; readonly added: number; readonly removed: number };
};

/** What is declared for one namespace, and all that a return to it needs. */
export type KeptNamespace = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly owners: readonly string[];
  readonly claims: readonly GenerationClaim[];
  readonly sets: readonly KeptSet[];
  /** What its rules had matched when the plan was made; absent where that was nothing. */
  readonly counted?: readonly Counted[];
};

/** What one state declared when it was last applied. */
export type KeptState = {
  /** Its own name, which has no slash; the path where it has none. */
  readonly name: string;
  /** Full path of the state as it was last applied; in a generation of version 1 the path as it was typed. */
  readonly path: string;
  /** What it was called before, oldest first; absent where it never had another name. */
  readonly formerly?: readonly string[];
  /** The generation that it was brought back to, where it was not applied from its files. */
  readonly restores?: number;
  /** When and by whom it was last applied, and the journal of that apply: the generation of that journal brought it. */
  readonly at: string;
  readonly operator: string;
  readonly commit?: Commit | null;
  readonly journal: string;
  /** Which network namespaces its names stood for then, by apply; absent in older generations. A name that is in none of them was not seen. */
  readonly appliedIn?: readonly AppliedIn[];
  readonly namespaces: readonly KeptNamespace[];
};

/**
 * What the firewall was declared to be after one apply that was kept: by every state that is applied from the data folder, also those that
 * this apply was not about. A file of version 1 is read as one state; see `foldEarlier`.
 */
export type Generation = {
  readonly version: 2;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly operator: string;
  /** Path of the state as it was named on the command line, or `generation N` of a return. */
  readonly state: string;
  /** Commit of the folder that holds the state, where git knows one. */
  readonly commit?: Commit | null;
  readonly journal: string;
  /** Number of the generation that it is a return to; 0 is what was there before fw. Absent where it is none, and in version 1. */
  readonly restores?: number;
  /** Who signed the saved plan that was applied, where a signature was required. */
  readonly signer?: Signer;
  /** A person saw what the apply opens and said yes: at a terminal, or by the flag of the guard that was closed. */
  readonly confirmed?: true;
  /** Number of the newest generation before this one that a person confirmed; guards compare with it. Absent in older generations, which count as confirmed. */
  readonly lastConfirmed?: number;
  readonly summary: GenerationSummary;
  /** Names of the states that the apply was about. One that is not among `states` was forgotten by it. */
  readonly applied: readonly string[];
  readonly states: readonly KeptState[];
  /** What all states declare, by namespace. It follows from `states` and is not in the file. */
  readonly namespaces: readonly KeptNamespace[];
};

export type NumberedGeneration = { readonly number: number; readonly generation: Generation };
