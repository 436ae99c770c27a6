import type { Entries } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { indexLines, linesOf } from './ipset/lines.ts';
import { addedEntries, passingEntries, type SetEdit } from './ipset/set-edit.ts';
import type { LiveSet, SetStep } from './ipset/types.ts';

/** The edits that make the set from which a step starts, as far as the step touches it; none where there is no set. */
export function startEdits({ set, change, headers, reverse }: SetStep): readonly SetEdit[] {
  const { before } = headers;
  if (change === 'create' || before === undefined) return [];
  const entries = reverse.filter((edit) => edit.kind === 'add' || edit.kind === 'add passing');
  return [{ kind: 'create', set, header: before }, ...entries.map((edit): SetEdit => ({ ...edit, set }))];
}

/** What the set from which a step starts holds, as far as the step touches it. */
export function startEntries(step: SetStep): Entries {
  const edits = startEdits(step);
  return { staying: addedEntries(edits), passing: passingEntries(edits) };
}

/** Finds the entries of some elements: positions in the live ones, -1 where there is none. */
export function findElements({ entries }: LiveSet, elements: readonly string[]): readonly number[] {
  const bounds = entries.bounds.slice();
  for (let at = 0; at < bounds.length; at += 2) {
    const start = bounds[at] ?? 0;
    bounds[at + 1] = start + elementOf(entries.text.slice(start, bounds[at + 1])).length;
  }
  const find = indexLines({ text: entries.text, bounds });
  const lines = linesOf(elements);
  return elements.map((_, index) => find(lines, index));
}
