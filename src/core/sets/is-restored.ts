import { elementOf } from './ipset/entry.ts';
import { indexLines, linesOf } from './ipset/lines.ts';
import { addedEntries, removedElements } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';
import { isMerged } from './merge-replaced.ts';
import { findElements, startEdits } from './script.ts';

/**
 * Whether a set is what it was before a step, as far as the step changed it. A set that was made is gone. Otherwise every entry that the
 * step took away is there, word for word, and none that it brought; a set that was replaced or destroyed has the type and options of
 * before. Entries that others put in since may be there. What the step brought is taken from the edits that were run, so a way back that
 * leaves something out proves nothing.
 */
export function isRestored(step: SetStep, live: LiveSet | undefined): boolean {
  const { change, headers, edits, reverse } = step;
  if (change === 'create') return live === undefined;
  if (live === undefined) return false;
  switch (change) {
    case 'update': {
      const [added, removed] = [addedEntries(edits), removedElements(edits)];
      const old = addedEntries(reverse);
      const known = new Set(old.map(elementOf));
      const brought = added.map(elementOf).filter((element) => !known.has(element));
      return (
        removed.every((element) => known.has(element)) &&
        holds(live, old) &&
        findElements(live, brought).every((position) => position < 0)
      );
    }
    case 'replace':
      return isMerged(step, live);
    case 'destroy':
      return live.header === headers.before && holds(live, addedEntries(startEdits(step)));
    default:
      return change satisfies never;
  }
}

function holds(live: LiveSet, entries: readonly string[]): boolean {
  const find = indexLines(live.entries);
  const lines = linesOf(entries);
  return entries.every((_, index) => find(lines, index) >= 0);
}
