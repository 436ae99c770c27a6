import { diffArrays } from 'diff';

/** A stretch of one of the two texts; the pieces of a text, joined, are that text. */
export type Piece = { readonly text: string; readonly changed: boolean };

type WordDiff = {
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
  /** The difference in words, such as `--dport 22 -> 2222`. */
  readonly says: string;
};

/** Words of both texts from one place: equal on both sides, or what one side has instead of the other. */
type Run = { readonly before: readonly string[]; readonly after: readonly string[]; readonly equal: boolean };

// Far above any rule that a person wrote; beyond it the two texts are shown whole and unmarked.
const LONGEST_TEXT = 4000;
const MOST_EDITS = 40;
const MOST_NAMED = 3;
const LONGEST_SAYING = 60;

/** Names and marks what differs between two rule texts, or undefined where that would cost too much or lose a blank. */
export function diffWords(before: string, after: string): WordDiff | undefined {
  const from = splitWords(before);
  const to = splitWords(after);
  if (from === undefined || to === undefined) return undefined;
  const runs = diffRuns(from, to);
  return {
    before: piecesOf(runs.map((run) => ({ words: run.before, changed: !run.equal }))),
    after: piecesOf(runs.map((run) => ({ words: run.after, changed: !run.equal }))),
    says: nameRuns(runs),
  };
}

/** Words as iptables-save separates them: one blank between two, a quoted word may hold blanks. */
function splitWords(text: string): readonly string[] | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const words = text.match(/"(?:[^"\\]|\\.)*"|[^ ]+/g) ?? [];
  return words.join(' ') === text ? words : undefined;
}

/** Common ends are cut off first: what is left of most changes is one word on each side. */
function diffRuns(from: readonly string[], to: readonly string[]): readonly Run[] {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  const start = from.slice(0, head);
  const end = from.slice(from.length - tail);
  return [
    { before: start, after: start, equal: true },
    ...diffMiddle(from.slice(head, from.length - tail), to.slice(head, to.length - tail)),
    { before: end, after: end, equal: true },
  ].filter((run) => run.before.length + run.after.length > 0);
}

function diffMiddle(before: readonly string[], after: readonly string[]): readonly Run[] {
  const whole = [{ before, after, equal: false }];
  if (before.length < 2 || after.length < 2) return whole;
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return whole;
  const runs: Run[] = [];
  for (const { value, added, removed } of parts) {
    const last = runs.at(-1);
    if (!added && !removed) runs.push({ before: value, after: value, equal: true });
    else if (added && last !== undefined && !last.equal) runs[runs.length - 1] = { ...last, after: value };
    else runs.push({ before: removed ? value : [], after: added ? value : [], equal: false });
  }
  return runs;
}

function piecesOf(parts: readonly { readonly words: readonly string[]; readonly changed: boolean }[]): Piece[] {
  const pieces: Piece[] = [];
  for (const { words, changed } of parts) {
    if (words.length === 0) continue;
    const last = pieces.at(-1);
    const text = words.join(' ');
    // The blank between two stretches belongs to no word, so it is never marked.
    if (last === undefined) pieces.push({ text, changed });
    else if (!last.changed) pieces.splice(-1, 1, { ...last, text: `${last.text} ` }, { text, changed });
    else if (!changed) pieces.push({ text: ` ${text}`, changed });
    else pieces.push({ text: ' ', changed: false }, { text, changed });
  }
  return pieces;
}

function nameRuns(runs: readonly Run[]): string {
  const names = runs.flatMap((run, index) => (run.equal ? [] : [nameRun(run, runs[index - 1], runs[index + 1])]));
  const saying = names.join(', ');
  if (names.length <= MOST_NAMED && saying.length <= LONGEST_SAYING) return saying;
  return names.length === 1 ? '1 difference' : `${names.length} differences`;
}

function nameRun(run: Run, previous: Run | undefined, next: Run | undefined): string {
  const before = run.before.join(' ');
  const after = run.after.join(' ');
  if (before !== '' && after !== '') return `${optionBefore(run, previous)}${before} -> ${after}`;
  // A lone `!` says nothing without what it negates.
  const words = [before + after, ...(before + after === '!' ? (next?.before.slice(0, 1) ?? []) : [])].join(' ');
  return `${before === '' ? 'with' : 'without'} ${optionBefore(run, previous)}${words}`;
}

/** The option that the words belong to: within reach for options of several values such as `--match-set NAME src`. */
function optionBefore(run: Run, previous: Run | undefined): string {
  const first = run.before[0] ?? run.after[0] ?? '';
  if (first.startsWith('-') || first === '!') return '';
  const option = previous?.before.slice(-3).findLast((word) => word.startsWith('-'));
  return option === undefined ? '' : `${option} `;
}
