import { elementOf } from './entry.ts';

/** One edit of a set, in the words of `ipset restore`. Entries come and go by many at once: a set may hold a million. */
export type SetEdit =
  | { readonly kind: 'create'; readonly set: string; readonly header: string }
  /**
   * Entries that stay from now on. `overtakes` is true in a set whose entries have a time: there the element may be there for some time already, or go
   * at this very moment.
   */
  | { readonly kind: 'add'; readonly set: string; readonly entries: readonly string[]; readonly overtakes: boolean }
  /** Entries with what is left of their time. */
  | { readonly kind: 'add passing'; readonly set: string; readonly entries: readonly string[] }
  /** Entries that stay, whatever a set without times has of their elements by now. No file keeps such an edit. */
  | { readonly kind: 'put'; readonly set: string; readonly entries: readonly string[] }
  /** Elements that may be gone by now. No file keeps such an edit. */
  | { readonly kind: 'drop'; readonly set: string; readonly elements: readonly string[] }
  | { readonly kind: 'del'; readonly set: string; readonly elements: readonly string[] }
  | { readonly kind: 'swap'; readonly set: string; readonly other: string }
  | { readonly kind: 'destroy'; readonly set: string };

/** Edits that do something, in their order. */
export function setEdits(...edits: readonly SetEdit[]): readonly SetEdit[] {
  return edits.filter((edit) => {
    if ('elements' in edit) return edit.elements.length > 0;
    return !('entries' in edit) || edit.entries.length > 0;
  });
}

/** Entries that some edits add to stay. */
export function addedEntries(edits: readonly SetEdit[]): readonly string[] {
  const lists = edits.flatMap((edit) => (edit.kind === 'add' || edit.kind === 'put' ? [edit.entries] : []));
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
}

/** Entries that some edits add for a time, with it. */
export function passingEntries(edits: readonly SetEdit[]): readonly string[] {
  return edits.flatMap((edit) => (edit.kind === 'add passing' ? edit.entries : []));
}

/** Elements that some edits take out. */
export function removedElements(edits: readonly SetEdit[]): readonly string[] {
  return edits.flatMap((edit) => (edit.kind === 'del' ? edit.elements : []));
}

/** Elements that some edits take out, from entries. */
export function delEdit(set: string, entries: readonly string[]): SetEdit {
  return { kind: 'del', set, elements: entries.map(elementOf) };
}
