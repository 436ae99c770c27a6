import type { LintRun } from '../../app/lint/types.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import { lintDocument } from '../../core/report/lint-document.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printJson } from '../../ui/formats/print-json.ts';
import { printLint } from '../../ui/lint/print-lint.ts';
import { printLintSarif } from '../../ui/lint/print-lint-sarif.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';

export const LINT_FORMATS = ['text', 'json', 'sarif'] as const;

/** What was found in one of the forms: lines for a screen, or a text for programs. */
export function printLinted(
  run: LintRun,
  format: (typeof LINT_FORMATS)[number],
  facts: ScreenFacts & { readonly version: string; readonly base: string; readonly state: string },
): string | readonly string[] {
  const { warnings, sources } = run;
  switch (format) {
    case 'json':
      return printJson(lintDocument(run, placeDiagnostics(warnings, sources), facts.version));
    case 'sarif':
      return printLintSarif(run, facts);
    case 'text':
      return [
        ...warnings.flatMap((warning) => [...printDiagnostic(warning, sources, facts), '']),
        ...printLint(pageOf(facts), run),
      ];
    default:
      return format satisfies never;
  }
}
