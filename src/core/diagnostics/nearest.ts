/** Candidates looked at: a suggestion is not worth more than a few milliseconds, however many names there are. */
const MOST_CANDIDATES = 5_000;
const LONGEST_WORD = 64;

/**
 * The candidate that a misspelt word most likely means: fewest single-character edits (insert, delete, replace, swap of two
 * neighbours), letter case ignored. Undefined if even the best needs more edits than a third of its length.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let seen = 0;
  for (const candidate of candidates) {
    seen += 1;
    if (seen > MOST_CANDIDATES) break;
    const limit = Math.min(fewest - 1, allowedEdits(word, candidate));
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue;
    const edits = countEdits(lower, candidate.toLowerCase());
    if (edits > limit) continue;
    best = candidate;
    fewest = edits;
  }
  return best;
}

function allowedEdits(word: string, candidate: string): number {
  return Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
}

/** Edit distance with swaps, three rows at a time. */
function countEdits(from: string, to: string): number {
  let twoAgo: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const replaced = at(above, column - 1) + (same ? 0 : 1);
      let edits = Math.min(replaced, at(above, column) + 1, at(current, column - 1) + 1);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) edits = Math.min(edits, at(twoAgo, column - 2) + 1);
      current.push(edits);
    }
    twoAgo = above;
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
