import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Scope } from '../as-written/value.ts';
import type { ReadSet, WrittenSet } from '../as-written/written.ts';
import type { Library } from '../values/expanding.ts';
import { resolveItem } from '../values/resolve-item.ts';

/** The set with its entries as texts: `$name` stands for every item of a list. */
export function expandSet(set: WrittenSet, scope: Scope, library: Library, diagnostics: Diagnostic[]): ReadSet {
  const { entries, ...rest } = set;
  if (entries === undefined) return rest;
  const read = entries.flatMap((entry) => {
    const resolved = resolveItem(entry, scope, library.budget);
    diagnostics.push(...resolved.diagnostics);
    return resolved.items.map(({ text, span }) => ({ text, span: text === entry.text ? entry.span : span }));
  });
  return { ...rest, entries: read };
}
