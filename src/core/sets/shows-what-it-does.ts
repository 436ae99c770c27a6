import { addEdit, copyName, digestOfSet } from './compile-set.ts';
import { elementOf } from './ipset/entry.ts';
import { indexLines, linesOf } from './ipset/lines.ts';
import { printSetEdits } from './ipset/print-set-edits.ts';
import { addedEntries, delEdit, type SetEdit, setEdits } from './ipset/set-edit.ts';
import type { SetStep } from './ipset/types.ts';
import { startEdits } from './script.ts';

/**
 * Whether a step of a file says the same in all its parts: its edits are about its set only, and its digests, numbers and examples are those of its edits. It is
 * true of a step that fw made.
 */
export function showsWhatItDoes(step: SetStep): boolean {
  const { set, change, headers, counts, added, removed, examples, edits, reverse } = step;
  const { before = '', after = '' } = headers;
  if (!isAbout(step, edits) || !isAbout(step, reverse)) return false;
  const fresh = addedEntries(edits);
  const old = addedEntries(change === 'update' ? reverse : startEdits(step));
  const isShown =
    examples.added.every((one) => fresh.includes(one)) && examples.removed.every((one) => old.includes(one));
  if (!isShown) return false;
  const none = digestOfSet('none');
  switch (change) {
    case 'create':
      return (
        counts.before === 0 &&
        added === fresh.length &&
        counts.after === added &&
        makes(set, edits) &&
        reverse.length === 1 &&
        isDestroy(set, reverse[0]) &&
        isSame(step, none, digestOfSet(after, fresh))
      );
    case 'destroy':
      return (
        edits.length === 1 &&
        isDestroy(set, edits[0]) &&
        makes(set, reverse) &&
        removed === old.length &&
        counts.before === removed &&
        isSame(step, digestOfSet(before, old.toSorted()), none)
      );
    case 'replace':
      return (
        counts.before === old.length &&
        counts.after === fresh.length &&
        countsChanges(step, old, fresh) &&
        makesAnew(set, edits) &&
        makesAnew(set, reverse) &&
        isSame(step, digestOfSet(before, old.toSorted()), digestOfSet(after, fresh.toSorted()))
      );
    case 'update': {
      const isWhole =
        isSameText(edits, setEdits(delEdit(set, old), addEdit(set, fresh, after))) &&
        isSameText(reverse, setEdits(delEdit(set, fresh), addEdit(set, old, after)));
      const isCounted =
        added === fresh.length && removed === old.length && counts.after === counts.before + added - removed;
      const was = digestOfSet(after, [String(counts.before), ...old, '+', ...fresh]);
      const is = digestOfSet(after, [String(counts.after), ...fresh, '-', ...old]);
      return before === after && isWhole && isCounted && isSame(step, was, is);
    }
    default:
      return change satisfies never;
  }
}

function isDestroy(set: string, edit: SetEdit | undefined): boolean {
  return edit?.kind === 'destroy' && edit.set === set;
}

function isSameText(one: readonly SetEdit[], other: readonly SetEdit[]): boolean {
  return printSetEdits(one) === printSetEdits(other);
}

/** A new set and what it holds, and nothing else. */
function makes(set: string, [first, ...rest]: readonly SetEdit[]): boolean {
  if (first?.kind !== 'create' || first.set !== set) return false;
  return rest.every((edit) => (edit.kind === 'add' || edit.kind === 'add passing') && edit.set === set);
}

/** A new set in the place of the old one: beside it and swapped, or after it. */
function makesAnew(set: string, edits: readonly SetEdit[]): boolean {
  if (isDestroy(set, edits[0])) return makes(set, edits.slice(1));
  const copy = copyName(set);
  const [swap, last] = edits.slice(-2);
  const isSwapped = swap?.kind === 'swap' && swap.set === copy && swap.other === set && isDestroy(copy, last);
  return isSwapped && makes(copy, edits.slice(0, -2));
}

/** A set that is made anew shows how many entries differ; one whose content is the business of others keeps all of them. */
function countsChanges(
  { isManaged, added, removed }: SetStep,
  old: readonly string[],
  fresh: readonly string[],
): boolean {
  const [from, to] = isManaged ? [old, fresh] : [old.map(elementOf), fresh.map(elementOf)];
  const lines = linesOf(to);
  const find = indexLines(linesOf(from));
  const common = to.reduce((count, _, index) => count + (find(lines, index) < 0 ? 0 : 1), 0);
  const [came, went] = [to.length - common, from.length - common];
  return isManaged ? added === came && removed === went : added + removed + came + went === 0;
}

function isSame(step: SetStep, before: string, after: string): boolean {
  return step.digests.before === before && step.digests.after === after;
}

/** Every edit is about the set, or the copy that swaps names with it, and makes it as the headers say. */
function isAbout({ set, headers }: SetStep, edits: readonly SetEdit[]): boolean {
  const names = new Set([set, copyName(set)]);
  return edits.every((edit) => {
    if (!names.has(edit.set)) return false;
    if (edit.kind === 'create') return edit.header === headers.before || edit.header === headers.after;
    return edit.kind !== 'swap' || names.has(edit.other);
  });
}
