/** Words of a rule, sorted, so that two rules compare in one pass. */
type WordBag = readonly string[];

/** Words beyond this many are ignored: a rule of thousands of words is not made to be read. */
const WORDS = 64;

function wordBag(text: string): WordBag {
  return text.split(' ', WORDS).sort();
}

/**
 * How alike two rules are to a reader: the share of words that both have, 0 to 1, or 0 below two thirds. Flags alone (`-s`, `-j`)
 * make half of most rules, so half is not alike.
 */
export function similarity(a: WordBag, b: WordBag): number {
  let i = 0;
  let j = 0;
  let common = 0;
  while (i < a.length && j < b.length) {
    const left = a[i] ?? '';
    const right = b[j] ?? '';
    if (left === right) common += 1;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  const share = (2 * common) / (a.length + b.length);
  return 3 * share >= 2 ? share : 0;
}

/** How far from its turn a partner is looked for; keeps pairing linear in the number of rules. */
const REACH = 8;

/**
 * Pairs old texts with new ones that read like a change of them, ascending in both lists. A pair is made when neither side has a better partner
 * within reach; among equals the next in turn wins, so a block of rules that all changed alike pairs one to one.
 */
export function pairSimilar(before: readonly string[], after: readonly string[]): readonly [number, number][] {
  const old = before.map(wordBag);
  const fresh = after.map(wordBag);
  const pairs: [number, number][] = [];
  let next = 0;
  for (let i = 0; i < old.length; i += 1) {
    const bag = old[i] ?? [];
    const partner = mostSimilar(bag, fresh, next);
    if (partner === undefined) continue;
    const rival = mostSimilar(fresh[partner.index] ?? [], old, i);
    if (rival !== undefined && rival.score > partner.score) continue;
    pairs.push([i, partner.index]);
    next = partner.index + 1;
  }
  return pairs;
}

function mostSimilar(
  bag: WordBag,
  candidates: readonly WordBag[],
  start: number,
): { readonly index: number; readonly score: number } | undefined {
  let best: { readonly index: number; readonly score: number } | undefined;
  for (let index = start; index < Math.min(start + REACH, candidates.length); index += 1) {
    const score = similarity(bag, candidates[index] ?? []);
    if (score > (best?.score ?? 0)) best = { index, score };
  }
  return best;
}
