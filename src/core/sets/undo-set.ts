import { catchUp } from './catch-up.ts';
import { addEdit, copyName, makeAnew } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { allLines, countOf, indexLines, type Lines, lineAt, linesOf } from './ipset/lines.ts';
import { canSwap } from './ipset/parse-header.ts';
import { addedEntries, delEdit, passingEntries, type SetEdit, setEdits } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';
import { isMerged, mergeReplaced } from './merge-replaced.ts';
import { findElements, startEdits, startEntries } from './script.ts';

/**
 * Lists of edits, one after the other, that bring a set back to what it was before a step, whatever of the step was done;
 * none when it is there. `copy` is what has the name of the copy that swaps names, where there is one.
 */
export function undoSet(
  step: SetStep,
  live: LiveSet | undefined,
  copy: LiveSet | undefined,
): readonly (readonly SetEdit[])[] {
  const clean = copy === undefined ? [] : [destroy(copyName(step.set))];
  switch (step.change) {
    case 'create':
      return live === undefined ? clean : [...clean, destroy(step.set)];
    case 'update':
      return live === undefined ? [startEdits(step)] : nonEmpty(undoUpdate(step, live));
    case 'replace':
      if (live === undefined) return [...clean, startEdits(step)];
      if (copy !== undefined && isSwapped(step, live, copy))
        return [...clean, wayBackOf(step, withLate(step, live, copy))];
      if (isMerged(step, live)) return clean;
      return [...clean, wayBackOf(step, live)];
    case 'destroy':
      return live === undefined ? [step.reverse] : nonEmpty(lostEntries(step, live));
    default:
      return step.change satisfies never;
  }
}

function destroy(set: string): readonly SetEdit[] {
  return [{ kind: 'destroy', set }];
}

/** Whether the new set has the name already, and the old one that of the copy. Where the two have the same header, most of what differs tells. */
function isSwapped(step: SetStep, live: LiveSet, copy: LiveSet): boolean {
  const { before, after } = step.headers;
  if (copy.header !== before || before !== after) return copy.header === before && live.header === after;
  const [old, fresh] = [linesOf(addedEntries(startEdits(step))), linesOf(addedEntries(step.edits))];
  const [taken, brought] = [missingIn(fresh, old), missingIn(old, fresh)];
  const isLive = indexLines(live.entries);
  const done = taken.filter((at) => isLive(old, at) < 0).length + brought.filter((at) => isLive(fresh, at) >= 0).length;
  return 2 * done > taken.length + brought.length;
}

/** Positions of the lines that others do not have. */
function missingIn(others: Lines, lines: Lines): readonly number[] {
  const find = indexLines(others);
  return Array.from({ length: countOf(lines) }, (_, at) => at).filter((at) => find(lines, at) < 0);
}

/** The new set as it would be had others done to it what they did to the old one until the swap. */
function withLate(step: SetStep, live: LiveSet, old: LiveSet): LiveSet {
  const late = catchUp(step.set, old.header, startEntries(step), old);
  const [staying, passing] = [addedEntries(late), passingEntries(late)];
  const gone = new Set([
    ...late.flatMap((edit) => (edit.kind === 'drop' ? edit.elements : [])),
    ...[...staying, ...passing].map(elementOf),
  ]);
  const left = (entries: readonly string[]) => entries.filter((entry) => !gone.has(elementOf(entry)));
  return {
    ...live,
    entries: linesOf([...left(allLines(live.entries)), ...staying]),
    passing: [...left(live.passing), ...passing],
  };
}

function wayBackOf(step: SetStep, live: LiveSet): readonly SetEdit[] {
  const { before = '' } = step.headers;
  return makeAnew(step.set, canSwap(live.header, before), before, mergeReplaced(step, live));
}

/** What of the way back is still to be done. What others added meanwhile stays. */
function undoUpdate({ reverse }: SetStep, live: LiveSet): readonly SetEdit[] {
  const wanted = new Map(addedEntries(reverse).map((entry) => [elementOf(entry), entry]));
  const left = reverse.map((edit): SetEdit => {
    if (edit.kind === 'del') {
      const found = entriesOf(live, edit.elements);
      // An element that comes back with other words must go first, unless it has them already.
      const isLeaving = (element: string, at: number) => found[at] !== undefined && found[at] !== wanted.get(element);
      return { ...edit, elements: edit.elements.filter(isLeaving) };
    }
    if (edit.kind !== 'add' && edit.kind !== 'add passing') return edit;
    const found = entriesOf(live, edit.entries.map(elementOf));
    // One that is to have its time again goes on from what is left of it, unless the step has made it stay.
    const isMissing = (entry: string, at: number) =>
      edit.kind === 'add' ? found[at] !== entry : found[at] !== wanted.get(elementOf(entry));
    return { ...edit, entries: edit.entries.filter(isMissing) };
  });
  return setEdits(...left);
}

/** The live entries of some elements, undefined where there is none. */
function entriesOf(live: LiveSet, elements: readonly string[]): readonly (string | undefined)[] {
  return findElements(live, elements).map((at) => (at < 0 ? undefined : lineAt(live.entries, at)));
}

/** Edits that bring back what is missing in a set that is there, or there again. What others added meanwhile stays. */
function lostEntries(step: SetStep, live: LiveSet): readonly SetEdit[] {
  const added = addedEntries(step.reverse);
  const find = indexLines(live.entries);
  const wanted = linesOf(added);
  const lost = added.filter((_, at) => find(wanted, at) < 0);
  const places = findElements(live, lost.map(elementOf));
  const changed = lost.filter((_, at) => (places[at] ?? -1) >= 0);
  return setEdits(delEdit(step.set, changed), addEdit(step.set, lost, live.header));
}

function nonEmpty(edits: readonly SetEdit[]): readonly (readonly SetEdit[])[] {
  return edits.length === 0 ? [] : [edits];
}
