import type { NumberedGeneration } from '../../../../src/core/generation/types.ts';
import { heldByGeneration } from '../../../../src/core/report/shown/of-generation.ts';
import { setsOfGeneration } from '../../../../src/core/report/shown/sets-of-generation.ts';
import { printGenerationText } from '../../../../src/ui/formats/shown/generation-text.ts';
import { printHeldLines } from '../../../../src/ui/formats/shown/lines.ts';
import { printHeldRestore } from '../../../../src/ui/formats/shown/restore.ts';
import { printHeldSummary } from '../../../../src/ui/formats/shown/summary.ts';

/** A generation in every format that has one. */
export function heldLinesSample(numbered: NumberedGeneration): Readonly<Record<string, string>> {
  const { generation } = numbered;
  const held = heldByGeneration(generation);
  const sets = setsOfGeneration(generation);
  return {
    'generation-text': printGenerationText(numbered),
    'generation-summary': printHeldSummary(held, sets),
    'generation-lines': printHeldLines(held, sets),
    'generation-restore': printHeldRestore(held, sets),
  };
}
