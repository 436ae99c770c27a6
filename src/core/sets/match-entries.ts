import { countOf, type FindLine, indexLines, type Lines, lineAt, linesOf, NO_LINES } from './ipset/lines.ts';
import type { LiveSet } from './ipset/types.ts';

/** Declared entries laid beside the live ones. */
export type Matched = {
  readonly find: FindLine;
  /** 1 for every live entry that is declared. */
  readonly seen: Uint8Array;
  /** Positions of declared lines that do not stand in live as they are written. */
  readonly unknown: readonly number[];
};

export function matchEntries(live: LiveSet | undefined, declared: Lines): Matched {
  const entries = live?.entries ?? NO_LINES;
  const find = indexLines(entries);
  const seen = new Uint8Array(countOf(entries));
  const unknown: number[] = [];
  for (let index = 0; index < countOf(declared); index += 1) {
    const found = find(declared, index);
    if (found < 0) unknown.push(index);
    else seen[found] = 1;
  }
  return { find, seen, unknown };
}

/**
 * What becomes of a set whose unknown entries the kernel has spelt out: `normal` are they, in its order. New entries keep the order in
 * which they are written, as far as the kernel spells them as they are written.
 */
export function settleEntries(
  live: LiveSet | undefined,
  matched: Matched,
  declared: Lines,
  normal: Lines,
): { readonly added: readonly string[]; readonly removed: readonly string[]; readonly kept: readonly number[] } {
  const { find, unknown } = matched;
  const seen = matched.seen.slice();
  const isOpen = new Uint8Array(countOf(normal));
  for (let index = 0; index < countOf(normal); index += 1) {
    const found = find(normal, index);
    if (found < 0) isOpen[index] = 1;
    else seen[found] = 1;
  }
  const added: string[] = [];
  const findNormal = indexLines(normal);
  for (const index of unknown) {
    const found = findNormal(declared, index);
    if (found < 0 || isOpen[found] !== 1) continue;
    isOpen[found] = 0;
    added.push(lineAt(declared, index));
  }
  const others: string[] = [];
  for (let index = 0; index < isOpen.length; index += 1) if (isOpen[index] === 1) others.push(lineAt(normal, index));
  for (const entry of others.sort()) added.push(entry);
  const removed: string[] = [];
  const kept: number[] = [];
  for (let index = 0; index < seen.length; index += 1) {
    if (seen[index] === 1) kept.push(index);
    else removed.push(lineAt(live?.entries ?? NO_LINES, index));
  }
  return { added, removed: removed.sort(), kept };
}

/** Whether two lists hold the same entries. */
export function holdSame(one: Lines, other: Lines): boolean {
  if (countOf(one) !== countOf(other)) return false;
  const find = indexLines(one);
  for (let index = 0; index < countOf(other); index += 1) if (find(other, index) < 0) return false;
  return true;
}

export function sameTexts(lines: Lines, texts: readonly string[]): boolean {
  return holdSame(lines, linesOf(texts));
}
