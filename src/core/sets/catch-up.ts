import { addEdit, carryOver, type Entries } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { countOf, indexLines, lineAt, linesOf } from './ipset/lines.ts';
import { hasTimeout } from './ipset/parse-header.ts';
import { type SetEdit, setEdits } from './ipset/set-edit.ts';
import type { LiveSet, SetHeader } from './ipset/types.ts';
import { findElements } from './script.ts';

/**
 * Edits that do to a set, which has this header, what others did to the one before it: `was` is how that one was read, `old` what it held when the two swapped
 * names. Others may write to the new set meanwhile, so no edit minds an element that is there, or gone, already.
 */
export function catchUp(set: string, header: SetHeader, was: Entries, old: LiveSet): readonly SetEdit[] {
  const find = indexLines(linesOf(was.staying));
  const came: string[] = [];
  for (let at = 0; at < countOf(old.entries); at += 1)
    if (find(old.entries, at) < 0) came.push(lineAt(old.entries, at));
  const times = new Map(was.passing.map((entry) => [elementOf(entry), entry]));
  const begun = old.passing.filter((entry) => !runsOn(times.get(elementOf(entry)), entry));
  const late = carryOver({ staying: came, passing: begun }, header);
  return setEdits(
    { kind: 'drop', set, elements: goneFrom(old, was, came.length > 0) },
    hasTimeout(header) ? addEdit(set, late.staying, header) : { kind: 'put', set, entries: late.staying },
    { kind: 'add passing', set, entries: late.passing },
  );
}

/** Elements that are not there any more. One whose time is over goes by itself in the new set as well. */
function goneFrom(old: LiveSet, { staying, passing }: Entries, hasMore: boolean): readonly string[] {
  const isWhole = !hasMore && countOf(old.entries) === staying.length;
  if (isWhole && passing.length === 0) return [];
  const elements = [...(isWhole ? [] : staying), ...passing].map(elementOf);
  const places = findElements(old, elements);
  const timed = new Set(old.passing.map(elementOf));
  return elements.filter((element, at) => (places[at] ?? -1) < 0 && !timed.has(element));
}

const TIME = / timeout (\d+)/;

/** Whether an entry is the same one, a little later. */
function runsOn(was: string | undefined, now: string): boolean {
  if (was === undefined || was.replace(TIME, '') !== now.replace(TIME, '')) return false;
  return Number(TIME.exec(now)?.[1]) <= Number(TIME.exec(was)?.[1]);
}
