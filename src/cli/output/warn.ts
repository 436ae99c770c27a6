import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { cleanText } from '../../ui/text/clean-text.ts';

/** A warning that changes neither what a run does nor its exit number. */
export function warn(words: string): void {
  process.stderr.write(`Warning: ${cleanText(words, true)}\n`);
}

/** The same for warnings about live rules, where the result itself has no place for them. */
export function warnAll(warnings: readonly Diagnostic[], facts: Parameters<typeof printDiagnostic>[2]): void {
  const lines = warnings.flatMap((warning) => [...printDiagnostic(warning, new Map(), facts), '']);
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}
