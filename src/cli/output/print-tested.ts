import type { Tested } from '../../app/flow-tests/run-tests.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import { testsDocument } from '../../core/report/tests-document.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printTap } from '../../ui/flow-tests/print-tap.ts';
import { printTests } from '../../ui/flow-tests/print-tests.ts';
import { printTestsJunit } from '../../ui/flow-tests/print-tests-junit.ts';
import { printTestsSarif } from '../../ui/flow-tests/print-tests-sarif.ts';
import { printJson } from '../../ui/formats/print-json.ts';
import { pageOf } from '../../ui/text/page.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';

export const TEST_FORMATS = ['text', 'json', 'junit', 'tap', 'sarif'] as const;

/** What came of tests in one of the forms: lines for a screen, or a text for programs. */
export function printTested(
  tested: Tested,
  format: (typeof TEST_FORMATS)[number],
  facts: ScreenFacts & { readonly version: string; readonly now: Date; readonly base: string; readonly state: string },
): string | readonly string[] {
  const { about, results, warnings, sources } = tested;
  switch (format) {
    case 'json':
      return printJson(testsDocument(tested, placeDiagnostics(warnings, sources), facts.version));
    case 'junit':
      return printTestsJunit(about, results, facts.now.toISOString());
    case 'tap':
      return printTap(results);
    case 'sarif':
      return printTestsSarif(results, facts);
    case 'text':
      return [
        ...warnings.flatMap((warning) => [...printDiagnostic(warning, sources, facts), '']),
        ...printTests(pageOf(facts), about, results),
      ];
    default:
      return format satisfies never;
  }
}
