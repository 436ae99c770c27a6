import type { Span } from '../../diagnostics/span.ts';
import type { Family, Namespace } from '../../rules/types.ts';
import type { Lines } from './lines.ts';
import type { SetEdit } from './set-edit.ts';

/**
 * What a set is, apart from its entries: type and options as `ipset save` prints them behind the name, without those that say nothing about
 * what the set holds (`hashsize`, `bucketsize`, `initval`). Two sets with equal headers are alike.
 */
export type SetHeader = string;

/** A declared set; one for each family where the type has families. Nothing is in the kernel's spelling yet. */
export type DesiredSet = {
  /** Name in the kernel, prefix included. */
  readonly name: string;
  /** Name as declared. */
  readonly declared: string;
  readonly family?: Family;
  readonly header: SetHeader;
  /** Undefined: neither entries nor a file are declared. The set exists, and what is in it is the business of others. */
  readonly entries?: DesiredEntries;
  /** Where the content is the business of others: the options that are declared. All others are theirs too. */
  readonly options?: readonly string[];
  readonly span: Span;
};

export type DesiredEntries = {
  readonly lines: Lines;
  /** Places of the first lines, which are written in the document; those of the list file follow. */
  readonly spans: readonly Span[];
  /** The list file, and where it begins in the text of `lines`. */
  readonly file?: { readonly path: string; readonly at: number };
};

/** One live set. An entry is its text behind `add NAME `, without what is left of its time and without counters. */
export type LiveSet = {
  readonly name: string;
  readonly header: SetHeader;
  /** How the kernel stores it, where that is not what it does by itself: no part of a state. */
  readonly storage?: readonly string[];
  /** Rules and lists that refer to it. */
  readonly references: number;
  /** Entries that stay. */
  readonly entries: Lines;
  /** Entries that go when their time is over, with what is left of it. Somebody else put them there. */
  readonly passing: readonly string[];
};

/** A declared set in the kernel's spelling, beside what is live. */
export type SetPair = {
  readonly name: string;
  readonly live?: LiveSet;
  /** Undefined: a set of ours that is not declared any more. */
  readonly desired?: {
    readonly declared: string;
    readonly header: SetHeader;
    /** False: what is in the set is the business of others. */
    readonly isManaged: boolean;
    /** See DesiredSet. */
    readonly options?: readonly string[];
    /** Entries that are wanted and not live, and those that are live and not wanted. */
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** Entries that are both: positions in the live ones. */
    readonly kept: readonly number[];
    readonly span?: Span;
  };
};

/** A declared set as a generation keeps it. */
export type KeptSet = {
  readonly name: string;
  readonly declared: string;
  readonly header: SetHeader;
  /** One line for each; absent where the content is the business of others. */
  readonly entries?: string;
  /** See DesiredSet. Generations of before have none, and hold the header as a whole. */
  readonly options?: readonly string[];
};

/** What happens to one set. All that applying it, going back and proving either needs is in the two lists of edits. */
export type SetStep = {
  readonly namespace: Namespace;
  readonly set: string;
  /** Name as declared; the name in the kernel where it is not declared. */
  readonly declared: string;
  /** `replace`: a new set is filled beside the old one, and the two swap names. */
  readonly change: 'create' | 'update' | 'replace' | 'destroy';
  /** Absent where there is no such set. */
  readonly headers: { readonly before?: SetHeader; readonly after?: SetHeader };
  /** Entries before and after. */
  readonly counts: { readonly before: number; readonly after: number };
  readonly added: number;
  readonly removed: number;
  /** The first few of each. */
  readonly examples: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** False: others put entries into the set as they like. */
  readonly isManaged: boolean;
  /** Lists that hold the set; absent where none does. */
  readonly lists?: readonly string[];
  /** What the step does, and the way back from exactly the state after it; both empty where nothing is run from it. */
  readonly edits: readonly SetEdit[];
  readonly reverse: readonly SetEdit[];
  readonly digests: { readonly before: string; readonly after: string };
  readonly origin?: string;
};
