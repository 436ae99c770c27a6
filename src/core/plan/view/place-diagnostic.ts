import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createLocator } from '../../diagnostics/locate.ts';
import type { Sources } from '../../diagnostics/span.ts';
import type { DiagnosticRange, PlacedDiagnostic, Source } from './placed.ts';

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
