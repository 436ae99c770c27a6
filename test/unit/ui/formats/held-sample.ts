import type { NumberedGeneration } from '../../../../src/core/generation/types.ts';
import { setsOfGeneration, shownOfGeneration } from '../../../../src/core/report/shown/of-generation.ts';
import { printShownLines } from '../../../../src/ui/formats/shown/lines.ts';
import { printShownRestore } from '../../../../src/ui/formats/shown/restore.ts';
import { printShownSummary } from '../../../../src/ui/formats/shown/summary.ts';
import { printGenerationText } from '../../../../src/ui/formats/shown/text.ts';

/** A generation in every format that has one. */
export function heldLinesSample(numbered: NumberedGeneration): Readonly<Record<string, string>> {
  const { generation } = numbered;
  const held = shownOfGeneration(generation);
  const sets = setsOfGeneration(generation);
  return {
    'generation-text': printGenerationText(numbered),
    'generation-summary': printShownSummary(held, sets),
    'generation-lines': printShownLines(held, sets),
    'generation-restore': printShownRestore(held, sets),
  };
}
