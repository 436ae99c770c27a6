import type { NumberedGeneration } from '../../../../src/core/generation/types.ts';
import { heldByGeneration } from '../../../../src/core/held/of-generation.ts';
import { setsOfGeneration } from '../../../../src/core/held/sets-of-generation.ts';
import { printGenerationText } from '../../../../src/ui/formats/generation-text.ts';
import { printHeldLines } from '../../../../src/ui/formats/held-lines.ts';
import { printHeldRestore } from '../../../../src/ui/formats/held-restore.ts';
import { printHeldSummary } from '../../../../src/ui/formats/held-summary.ts';

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
