import type { Counters, Policy } from '../rules/types.ts';

/**
 * One edit of a table, in the words of `iptables-restore --noflush`. Places count from 1, as iptables counts. A rule without counters begins
 * with counters of zero.
 */
export type Edit =
  /** Fails where the chain exists. */
  | { readonly kind: 'new chain'; readonly chain: string }
  | { readonly kind: 'flush'; readonly chain: string }
  /** Fails for a chain that holds rules or is jumped to. */
  | { readonly kind: 'delete chain'; readonly chain: string }
  | { readonly kind: 'delete at'; readonly chain: string; readonly place: number }
  /** The first rule of this text. */
  | { readonly kind: 'delete rule'; readonly chain: string; readonly text: string }
  | {
      readonly kind: 'insert';
      readonly chain: string;
      readonly place: number;
      readonly text: string;
      readonly counters?: Counters;
    }
  | { readonly kind: 'append'; readonly chain: string; readonly text: string; readonly counters?: Counters }
  /** Sets policy and policy counters of a built-in chain and keeps its rules. */
  | { readonly kind: 'policy'; readonly chain: string; readonly policy: Policy; readonly counters: Counters };

/** Edits of one table that the kernel commits as a whole; never empty. */
export type Transaction = readonly Edit[];

/** A rule that comes to a place, or behind all others. */
export function addEdit(chain: string, place: number | 'end', text: string, counters: Counters | undefined): Edit {
  const known = counters === undefined || isZero(counters) ? {} : { counters };
  return place === 'end' ? { kind: 'append', chain, text, ...known } : { kind: 'insert', chain, place, text, ...known };
}

/** Whether counters say nothing: zero is what the kernel starts with anyway. */
export function isZero(counters: Counters): boolean {
  return counters[0] === '0' && counters[1] === '0';
}

/** Texts of the rules that some transactions bring. */
export function addedTexts(transactions: readonly Transaction[]): readonly string[] {
  return transactions.flatMap((edits) => edits.flatMap((edit) => (isAdding(edit) ? [edit.text] : [])));
}

/** Texts of all rules that some transactions name. */
export function namedTexts(transactions: readonly Transaction[]): readonly string[] {
  return transactions.flatMap((edits) => edits.flatMap((edit) => ('text' in edit ? [edit.text] : [])));
}

/** Chains into which some transactions insert behind a counted number of rules. */
export function countedChains(transactions: readonly Transaction[]): ReadonlySet<string> {
  const counted = new Set<string>();
  for (const edit of transactions.flat()) if (edit.kind === 'insert' && edit.place > 1) counted.add(edit.chain);
  return counted;
}

/** Whether two lists of transactions do the same but for the counters that rules and policies begin with. */
export function isSameButCounts(one: readonly Transaction[], other: readonly Transaction[]): boolean {
  return (
    one.length === other.length &&
    one.every((edits, at) => {
      const others = other[at] ?? [];
      return edits.length === others.length && edits.every((edit, place) => isSameEdit(edit, others[place]));
    })
  );
}

/** Whether any edit sets counters. */
export function setsCounters(transactions: readonly Transaction[]): boolean {
  return transactions.some((edits) => edits.some((edit) => 'counters' in edit));
}

function isAdding(edit: Edit): edit is Extract<Edit, { kind: 'insert' | 'append' }> {
  return edit.kind === 'insert' || edit.kind === 'append';
}

function isSameEdit(one: Edit, other: Edit | undefined): boolean {
  return other !== undefined && wordsOf(one) === wordsOf(other);
}

/** All of an edit but its counters. A chain has no blank in its name. */
function wordsOf(edit: Edit): string {
  const place = 'place' in edit ? edit.place : '';
  const policy = 'policy' in edit ? edit.policy : '';
  return `${edit.kind}: ${edit.chain} ${place}${policy} ${'text' in edit ? edit.text : ''}`;
}
