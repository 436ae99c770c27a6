import { elementOf } from './ipset/entry.ts';
import { countOf, indexLines, linesOf } from './ipset/lines.ts';
import { hasTimeout } from './ipset/parse-header.ts';
import { addedEntries, removedElements, type SetEdit } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';
import { sameTexts } from './match-entries.ts';
import { findElements, startEdits } from './script.ts';

/** Whether a live set is what the step starts from, as far as the step relies on it. */
export function isBefore(step: SetStep, live: LiveSet | undefined): boolean {
  const { change, headers, counts, isManaged } = step;
  if (change === 'create') return live === undefined;
  if (live === undefined || live.header !== headers.before) return false;
  if (change === 'update') return isUpdated(live, step.reverse, counts.before, isManaged);
  return !isManaged || sameTexts(live.entries, addedEntries(startEdits(step)));
}

/** Whether a live set is what the step makes. */
export function isAfter(step: SetStep, live: LiveSet | undefined): boolean {
  const { change, headers, counts, isManaged } = step;
  if (change === 'destroy') return live === undefined;
  if (live === undefined || live.header !== headers.after) return false;
  if (change === 'update') return isUpdated(live, step.edits, counts.after, isManaged);
  return !isManaged || sameTexts(live.entries, addedEntries(step.edits));
}

/** The set holds what the edits add and not what they remove. The number tells the rest, where no other program may add. */
function isUpdated(live: LiveSet, edits: readonly SetEdit[], count: number, isManaged: boolean): boolean {
  const [added, removed] = [addedEntries(edits), removedElements(edits)];
  if (isManaged && !hasTimeout(live.header) && countOf(live.entries) !== count) return false;
  const find = indexLines(live.entries);
  const lines = linesOf(added);
  if (added.some((_, index) => find(lines, index) < 0)) return false;
  const replaced = new Set(added.map(elementOf));
  const gone = removed.filter((element) => !replaced.has(element));
  return findElements(live, gone).every((position) => position < 0);
}
