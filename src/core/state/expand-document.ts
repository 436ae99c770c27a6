import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import { fullBudget, NO_VALUES } from './as-written/value.ts';
import type { ReadDocument, ReadTest, StateDocument } from './as-written/written.ts';
import { expandEntries } from './entries.ts';
import { expandTables } from './template/expand-tables.ts';
import type { Library } from './values/expanding.ts';
import { resolveValues } from './values/resolve-values.ts';

/**
 * Turns the written rules of a document into words. This is the one stage that makes rules of other rules: what a template or a
 * list value stands for is written out here, and nothing later knows about either.
 */
export function expandDocument(
  document: StateDocument,
  library: Library = { templates: { found: new Map(), names: [] }, overrides: NO_VALUES, budget: fullBudget() },
): { readonly document: ReadDocument; readonly diagnostics: readonly Diagnostic[] } {
  const { values, uses, tables, ...rest } = document;
  const { scope, diagnostics } = resolveValues(values, library.overrides, library.budget);
  const found: Diagnostic[] = [...diagnostics];
  const tests: ReadTest[] = [];
  const expanded = expandTables(
    { head: rest, library, diagnostics: found, tests },
    { uses, tables },
    { scope, calls: NO_CALLS, open: [] },
  );
  const entries = expandEntries(rest, scope, library, found);
  const all = { ...entries, tests: [...tests, ...entries.tests] };
  return { document: { ...rest, ...all, tables: expanded }, diagnostics: found };
}

const NO_CALLS: readonly Span[] = [];
