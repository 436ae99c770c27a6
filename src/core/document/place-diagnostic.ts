import type { Diagnostic } from '../diagnostic.ts';
import { createLocator } from '../locate.ts';
import type { Sources } from '../span.ts';
import type { PlacedDiagnostic } from './types.ts';

/** Diagnostics with lines and columns in the place of offsets, for readers that do not have the files. */
export function placeDiagnostics(diagnostics: readonly Diagnostic[], sources: Sources): readonly PlacedDiagnostic[] {
  const locate = createLocator(sources);
  return diagnostics.map(({ severity, code, message, span, said, hint }) => ({
    severity,
    code,
    summary: message,
    detail: [said?.trimEnd() ?? '', hint ?? ''].filter((text) => text !== '').join('\n'),
    range: span === undefined ? null : { file: span.file, start: locate(span) },
  }));
}
