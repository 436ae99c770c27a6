import type { Drift } from '../../app/query/find-drift.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import type { ForeignDrift } from '../../core/report/drift/foreign-drift.ts';
import { driftDocument } from '../../core/report/drift-document.ts';
import { printComparison } from '../../ui/answers/print-comparison.ts';
import { printForeignDrift } from '../../ui/answers/print-foreign-drift.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { printJson } from '../../ui/formats/print-json.ts';
import { anewText } from '../../ui/plan/made-anew-text.ts';
import { driftWords } from '../../ui/plan/plan-words.ts';
import { localTime } from '../../ui/text/local-time.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';

/** `foreign` where it was asked for. */
type Found = Omit<Drift, 'inputs'> & { readonly foreign: ForeignDrift | undefined };

export function printDriftJson({ warnings, ...found }: Found, numbered: NumberedGeneration): void {
  process.stdout.write(printJson(driftDocument(found, numbered, placeDiagnostics(warnings, new Map()))));
}

/** What drifted since a generation, for people; below it what others changed. */
export function driftLines(
  { plan, states, gone, anew, warnings, foreign }: Found,
  { number, generation }: NumberedGeneration,
  facts: ScreenFacts & { readonly full: boolean; readonly isOneState: boolean },
): readonly string[] {
  const title = { verb: 'fw drift', commit: `generation ${number}` };
  return [
    ...warnings.flatMap((warning) => [...printDiagnostic(warning, new Map(), facts), '']),
    ...printComparison(plan, gone, { ...facts, title, words: driftWords(number) }),
    ...anewText(anew, plan),
    `Since generation ${number}, applied ${localTime(generation.at)} by ${generation.operator}.`,
    ...(states.length > 1 || facts.isOneState ? [`Looked at: ${states.join(', ')}.`] : []),
    ...(foreign === undefined ? [] : printForeignDrift(foreign, facts)),
  ];
}
