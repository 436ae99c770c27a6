import { chainEdits } from './chain-edits.ts';
import { addLine, changeLine, keepLine, moveLine, type OriginOf, recommentLine, removeLine } from './line.ts';
import { pairSimilar } from './similarity.ts';
import type { ChainChange, ChainDiff, Line, TableDiff } from './types.ts';

/** Indices, from 0, between two kept rules: those of `before` that leave the chain and those of `after` that come to this place. */
type Gap = { readonly leaving: readonly number[]; readonly coming: readonly number[] };

type GapSides = {
  readonly diff: ChainDiff;
  /** From a place in `after` to the place in `before` where the same rule was. */
  readonly moves: ReadonlyMap<number, number>;
  /** From a place in `after` to the place in `before` where the rule was that differs in nothing but a comment. */
  readonly recommented: ReadonlyMap<number, number>;
  readonly originOf: OriginOf;
};

type ViewOptions = {
  /** Kept rules shown before and after each change. */
  readonly context: number;
  readonly originOf: OriginOf;
};

/** The difference as rows for a reader: changes in the order of the new list, what is removed at its old place, and `context` around them. */
export function viewTable(diff: TableDiff, options: ViewOptions): readonly ChainChange[] {
  return diff.chains.map((chain) => viewChain(chain, options));
}

function viewChain(diff: ChainDiff, options: ViewOptions): ChainChange {
  const { name, before, after } = diff;
  const status = before === undefined ? 'new' : after === undefined ? 'removed' : 'changed';
  const change: ChainChange = { name, status, lines: chainLines(diff, options) };
  const from = before?.policy;
  const to = after?.policy;
  if (from === undefined || to === undefined || from === to) return change;
  const origin = options.originOf(name, 0);
  return { ...change, policy: origin === undefined ? { from, to } : { from, to, origin } };
}

/** Walks the kept rules; a run of them without anything between becomes context and a count of the rest. */
function chainLines(diff: ChainDiff, options: ViewOptions): readonly Line[] {
  const before = diff.before?.rules ?? [];
  const after = diff.after?.rules ?? [];
  const { removed, added, moves, recommented } = chainEdits(diff);
  const movedFrom = new Set([...moves.values(), ...recommented.values()]);
  const leaving = removed.filter((from) => !movedFrom.has(from));
  const lines: Line[] = [];
  let run = 0;
  let nextLeaving = 0;
  let nextAdded = 0;
  for (let index = 0; index <= diff.kept.length; index += 1) {
    const [from, to] = diff.kept[index] ?? [before.length, after.length];
    const gapFrom = nextLeaving;
    const gapTo = nextAdded;
    while ((leaving[nextLeaving] ?? before.length) < from) nextLeaving += 1;
    while ((added[nextAdded] ?? after.length) < to) nextAdded += 1;
    if (nextLeaving === gapFrom && nextAdded === gapTo) continue;
    pushRun(lines, diff, { start: run, end: index, isLast: false, context: options.context });
    run = index;
    const gap = { leaving: leaving.slice(gapFrom, nextLeaving), coming: added.slice(gapTo, nextAdded) };
    for (const line of gapLines(gap, { diff, moves, recommented, originOf: options.originOf })) lines.push(line);
  }
  pushRun(lines, diff, { start: run, end: diff.kept.length, isLast: true, context: options.context });
  return lines;
}

type Run = {
  /** Kept pairs, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
  readonly context: number;
};

/** The ends of a run that touch a change are shown, what is between is counted. */
function pushRun(lines: Line[], diff: ChainDiff, { start, end, isLast, context }: Run): void {
  const head = lines.length === 0 ? start : Math.min(end, start + context);
  const tail = isLast ? end : Math.max(head, end - context);
  pushKept(lines, diff, start, head);
  if (tail > head) lines.push({ kind: 'skip', count: tail - head });
  pushKept(lines, diff, tail, end);
}

function pushKept(lines: Line[], diff: ChainDiff, start: number, end: number): void {
  for (const [from, to] of diff.kept.slice(start, end)) lines.push(keepLine(diff, from, to));
}

/** Rows for one gap. Similar rules are one change; between two changes what leaves stands before what comes. */
function gapLines({ leaving, coming }: Gap, { diff, moves, recommented, originOf }: GapSides): readonly Line[] {
  const fresh = coming.filter((to) => !moves.has(to) && !recommented.has(to));
  const pairs = pairSimilar(
    leaving.map((from) => diff.before?.rules[from]?.text ?? ''),
    fresh.map((to) => diff.after?.rules[to]?.text ?? ''),
  );
  const lines: Line[] = [];
  let left = 0;
  let right = 0;
  const advance = (leavingEnd: number, comingEnd: number): void => {
    for (const from of leaving.slice(left, leavingEnd)) lines.push(removeLine(diff, from));
    for (const to of coming.slice(right, comingEnd)) {
      const from = moves.get(to);
      const was = recommented.get(to);
      if (from !== undefined) lines.push(moveLine(diff, from, to, originOf));
      else if (was !== undefined) lines.push(recommentLine(diff, was, to, originOf));
      else lines.push(addLine(diff, to, originOf));
    }
    left = leavingEnd;
    right = comingEnd;
  };
  const placeOf = new Map(coming.map((to, place) => [to, place]));
  for (const [i, j] of pairs) {
    const from = leaving[i] ?? 0;
    const to = fresh[j] ?? 0;
    advance(i, placeOf.get(to) ?? right);
    lines.push(changeLine(diff, from, to, originOf));
    left += 1;
    right += 1;
  }
  advance(leaving.length, coming.length);
  return lines;
}
