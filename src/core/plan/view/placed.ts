import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createLocator } from '../../diagnostics/locate.ts';
import type { Sources } from '../../diagnostics/span.ts';

/** Where something was written. Lines and columns count from 1. */
export type Source = { readonly file: string; readonly start: { readonly line: number; readonly column?: number } };

export type PlacedDiagnostic = {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  /** Words of another program and what to do, where there are some. */
  readonly detail: string;
  readonly range: DiagnosticRange | null;
};

/** A place under the names that Terraform gives it. */
export type DiagnosticRange = {
  readonly filename: string;
  readonly start: { readonly line: number; readonly column: number };
};

/** Diagnostics with lines and columns in the place of offsets, for readers that do not have the files. */
export function placeDiagnostics(diagnostics: readonly Diagnostic[], sources: Sources): readonly PlacedDiagnostic[] {
  const locate = createLocator(sources);
  return diagnostics.map(({ severity, code, message, span, output, hint }) => ({
    severity,
    code,
    summary: message,
    detail: [output?.trimEnd() ?? '', hint ?? ''].filter((text) => text !== '').join('\n'),
    range: span === undefined ? null : { filename: span.file, start: locate(span) },
  }));
}

/** The place of a diagnostic as the place of a change. */
export function sourceOf(range: DiagnosticRange | null): Source | null {
  return range === null ? null : { file: range.filename, start: range.start };
}

/** `file:line` as two values. Null for what is no place, such as a missing one. */
export function splitOrigin(origin: string | undefined): Source | null {
  const [, file, line] = /^(.+?):([1-9]\d{0,9})(?: \([^()]+:\d+\))?$/s.exec(origin ?? '') ?? [];
  return file === undefined || line === undefined ? null : { file, start: { line: Number(line) } };
}
