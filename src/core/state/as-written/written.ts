import type { ConnectionWish } from '../../connections/wish.ts';
import type { Hook } from '../../desired/claim.ts';
import type {
  BackendChoice,
  Check,
  Expectation,
  ReachableFlow,
  StateTest,
  WishedConnections,
} from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Path } from '../../packets/types/traffic.ts';
import type { Family, Policy, TableName } from '../../rules/types.ts';

/** A value and where it was written. */
export type Written<T> = { readonly value: T; readonly span: Span };

/** One YAML document as written: right in form, nothing looked up, nothing expanded. */
export type StateDocument = DocumentHead &
  WrittenEntries & {
    readonly values: readonly WrittenValue[];
    readonly uses: readonly WrittenUse[];
    readonly tables: readonly WrittenTable<WrittenItem>[];
  };

/** The same document when its rules are words, each with the families it goes to. */
export type ReadDocument = DocumentHead & ReadEntries & { readonly tables: readonly WrittenTable<ReadRule>[] };

/**
 * What each key at the top of a document holds that is in the registry (entries.ts): as written, with what values stand for, and as the state as a
 * whole has it; `never` for what belongs to namespaces.
 */
export type Entries = {
  readonly sets: { readonly written: WrittenSet; readonly read: ReadSet; readonly desired: never };
  readonly checks: { readonly written: WrittenCheck; readonly read: WrittenCheck; readonly desired: Check };
  readonly tests: { readonly written: WrittenTest; readonly read: ReadTest; readonly desired: StateTest };
  readonly reachable: { readonly written: WrittenFlow; readonly read: ReadFlow; readonly desired: ReachableFlow };
  readonly connections: {
    readonly written: Written<ConnectionWish>;
    readonly read: Written<ConnectionWish>;
    readonly desired: WishedConnections;
  };
};

export type EntryName = keyof Entries;

export type WrittenEntries = { readonly [Name in EntryName]: readonly Entries[Name]['written'][] };
export type ReadEntries = { readonly [Name in EntryName]: readonly Entries[Name]['read'][] };

export type WrittenSet = {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly type: Written<string>;
  readonly family?: Written<Family>;
  readonly options: readonly (Written<string> & { readonly name: string })[];
  readonly entries?: readonly WrittenText[];
  readonly file?: Written<string>;
};

/** A set whose entries are texts; the text of its file, once that is read. */
export type ReadSet = Omit<WrittenSet, 'entries'> & {
  readonly entries?: readonly { readonly text: string; readonly span: Span }[];
  readonly list?: { readonly path: string; readonly text: string };
};

export type DocumentHead = {
  /** All of the document; `span.file` is the file. */
  readonly span: Span;
  /** False when something is wrong with the keys that say where and how: then it is compared with no other document. */
  readonly isPlaced: boolean;
  /** It has tests and declares nothing: a namespace that no other document names is no part of the state. */
  readonly isTests?: true;
  /** Name of the whole state, where this document gives it. */
  readonly state?: Written<string>;
  /** `host`, names and globs; the empty list stands for `host`. */
  readonly namespaces: readonly Written<string>[];
  readonly ownership: Written<'shared' | 'exclusive'>;
  readonly owner: Written<string>;
  /** Owners that it had before, whose chains go; absent is the same as none. */
  readonly formerOwners?: readonly Written<string>[];
  readonly keep: readonly Written<string>[];
  /** Undefined: this document has no opinion. */
  readonly hook?: Written<Hook>;
  readonly backend?: Written<BackendChoice>;
  /** The document is about this family only. */
  readonly family?: Written<Family>;
};

/** A check whose namespace is not looked up yet; undefined stands for `host`. */
export type WrittenCheck = Omit<Check, 'from'> & { readonly from: Written<string> | undefined };

/** Flows as somebody wrote them, with what each of them is expected to be. */
export type WrittenTest = {
  readonly span: Span;
  readonly name?: string;
  /** The way of all its flows; each may name its own. */
  readonly path?: Path;
  readonly when?: Condition;
  readonly expectations: readonly { readonly kind: Expectation['kind']; readonly flow: WrittenText }[];
};

/** A test whose flows are read; without the expectations about no packet at all, which empty lists leave. */
export type ReadTest = Omit<StateTest, 'namespaces'>;

export type WrittenFlow = { readonly span: Span; readonly name?: string; readonly flow: WrittenText };

/** No flow where a list that it is about is empty. */
export type ReadFlow = { readonly flow?: Omit<ReachableFlow, 'namespaces'> };

export type WrittenTable<Rule> = {
  readonly name: TableName;
  readonly span: Span;
  readonly chains: readonly WrittenChain<Rule>[];
};

export type WrittenChain<Rule> = {
  readonly name: string;
  readonly span: Span;
  readonly when?: Condition;
  /** Where the document declares that the chain is that of another program: the rules go to a chain of ours that it jumps to. */
  readonly foreign?: Span;
  readonly policy?: Written<Policy>;
  readonly rules: readonly Rule[];
};

/** What stands in the list of rules of a chain. */
export type WrittenItem = WrittenRule | WrittenUse;

export type WrittenUse = {
  readonly template: Written<string>;
  readonly with: readonly WrittenValue[];
  readonly when?: Condition;
};

/** A text, or a list of them; `isList` is true also for a list of one. */
export type WrittenValue = {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly isList: boolean;
  readonly items: readonly WrittenText[];
};

/** See YamlText. */
export type WrittenText = { readonly text: string; readonly span: Span; readonly exact: boolean };

export type Condition = {
  readonly span: Span;
  readonly name: string;
  /** Undefined: the value is a flag. */
  readonly oneOf?: readonly string[];
  readonly negated: boolean;
  /** It is no condition at all. */
  readonly problem?: Diagnostic;
};

export type WrittenRule = {
  readonly text: string;
  /** See YamlText. */
  readonly span: Span;
  readonly exact: boolean;
  readonly id?: Written<string>;
  readonly comment?: Written<string> & { readonly exact?: boolean };
  readonly family?: Written<Family>;
  readonly when?: Condition;
};

export type ReadRule = {
  readonly span: Span;
  readonly id?: Written<string>;
  /** At most one version for each family: the words that this family gets. */
  readonly versions: readonly RuleVersion[];
};

export type RuleVersion = {
  readonly family: Family;
  readonly words: readonly string[];
  /** Where `-j` or `-g` names its target, and that word in the file. */
  readonly jump?: { readonly index: number; readonly span: Span };
  /** The rule goes to this family alone, and nothing says so but a word that people write without a thought of families. */
  readonly because?: { readonly word: string; readonly span: Span };
};
