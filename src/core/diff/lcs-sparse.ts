/**
 * Longest common subsequence after Hunt and Szymanski: for every element of `from`, in order, the equal places in `to` are tried from
 * the last to the first, and `ends[k]` keeps the smallest place in `to` at which a common subsequence of length k + 1
 * can end. Costs O(pairs log n); for lists without repeats that is the longest increasing subsequence.
 * Symbols are 0 to `symbols` - 1. `emit` receives the index pairs in ascending order.
 */
export function sparseMatches(
  from: Int32Array,
  to: Int32Array,
  symbols: number,
  emit: (from: number, to: number) => void,
): void {
  const { last, previous } = placesBySymbol(to, symbols);
  const ends = new Int32Array(Math.min(from.length, to.length));
  const tails = new Int32Array(ends.length);
  const links = linkList();
  let length = 0;
  for (let i = 0; i < from.length; i += 1) {
    for (let j = last[from[i] ?? 0] ?? -1; j >= 0; j = previous[j] ?? -1) {
      const k = firstNotBelow(ends, length, j);
      if (k < length && ends[k] === j) continue;
      ends[k] = j;
      tails[k] = links.add(i, j, k === 0 ? -1 : (tails[k - 1] ?? -1));
      if (k === length) length += 1;
    }
  }
  if (length > 0) links.emitChain(tails[length - 1] ?? -1, length, emit);
}

/** For every symbol its last place, and for every place the previous place of the same symbol; -1 where there is none. */
function placesBySymbol(to: Int32Array, symbols: number): { last: Int32Array; previous: Int32Array } {
  const last = new Int32Array(symbols).fill(-1);
  const previous = new Int32Array(to.length);
  for (let j = 0; j < to.length; j += 1) {
    const symbol = to[j] ?? 0;
    previous[j] = last[symbol] ?? -1;
    last[symbol] = j;
  }
  return { last, previous };
}

function firstNotBelow(ends: Int32Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Links = {
  /** Returns the number of the new link. */
  readonly add: (i: number, j: number, before: number) => number;
  readonly emitChain: (tail: number, length: number, emit: (from: number, to: number) => void) => void;
};

/** Linked pairs in one growing array: three integers a pair, so that millions of them stay cheap. */
function linkList(): Links {
  let cells = new Int32Array(3 * 1024);
  let count = 0;
  return {
    add: (i, j, before) => {
      const at = count * 3;
      if (at === cells.length) {
        const grown = new Int32Array(at * 2);
        grown.set(cells);
        cells = grown;
      }
      cells[at] = i;
      cells[at + 1] = j;
      cells[at + 2] = before;
      count += 1;
      return count - 1;
    },
    emitChain: (tail, length, emit) => {
      const chain = new Int32Array(length);
      let link = tail;
      for (let index = length - 1; index >= 0; index -= 1) {
        chain[index] = link;
        link = cells[link * 3 + 2] ?? -1;
      }
      for (const at of chain) emit(cells[at * 3] ?? 0, cells[at * 3 + 1] ?? 0);
    },
  };
}
