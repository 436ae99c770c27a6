import { carryOver, type Entries } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { allLines, indexLines, linesOf } from './ipset/lines.ts';
import { canSwap, hasTimeout, limitOf } from './ipset/parse-header.ts';
import { addedEntries, passingEntries } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';
import { startEdits } from './script.ts';

/**
 * What a set that a step made anew holds once the step is undone: a three-way merge of before, after and live. Entries that the step took away come back,
 * those that it brought go, and what others added or took out since stays so, with what is left of its time. Entries of others for which the set of before
 * has no room are left out. It is the same whether the step had swapped the sets or not.
 */
export function mergeReplaced(step: SetStep, live: LiveSet): Entries {
  const { before = '', after = '' } = step.headers;
  const start = startEdits(step);
  const old = byElement(addedEntries(start));
  const fresh = byElement(addedEntries(step.edits));
  // Without a swap, edits of which one failed have lost entries, which no other program took out.
  const isWhole = canSwap(before, after);
  const living = byElement(allLines(live.entries));
  const livingTimed = byElement(live.passing);
  const ours = [...old].flatMap(([element, entry]) => {
    const found = living.get(element);
    if (found !== undefined) return [fresh.get(element) === undefined || found === fresh.get(element) ? entry : found];
    const isTakenOut = isWhole && fresh.has(element);
    return isTakenOut ? [] : [entry];
  });
  const others = [...living].flatMap(([element, entry]) => (old.has(element) || fresh.has(element) ? [] : [entry]));
  const room = (limitOf(before) ?? Number.POSITIVE_INFINITY) - ours.length;
  const staying = [...ours, ...others.slice(0, Math.max(room, 0))];
  const known = new Set(staying.map(elementOf));
  const lost = passingEntries(start).filter((entry) => {
    const element = elementOf(entry);
    return !livingTimed.has(element) && (fresh.has(element) || !isWhole || !hasTimeout(after));
  });
  const passing = [...livingTimed.values(), ...lost].filter((entry) => !known.has(elementOf(entry)));
  const left = (limitOf(before) ?? Number.POSITIVE_INFINITY) - staying.length;
  return carryOver({ staying, passing: passing.slice(0, Math.max(left, 0)) }, before);
}

/** Whether a live set is such a merge already. */
export function isMerged(step: SetStep, live: LiveSet): boolean {
  if (live.header !== step.headers.before) return false;
  const { staying, passing } = mergeReplaced(step, live);
  const find = indexLines(live.entries);
  const lines = linesOf(staying);
  return (
    staying.length === live.entries.bounds.length / 2 &&
    staying.every((_, at) => find(lines, at) >= 0) &&
    passing.length === live.passing.length
  );
}

function byElement(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [elementOf(entry), entry]));
}
