import type { Generation } from '../../../../src/core/generation/types.ts';
import { heldByGeneration } from '../../../../src/core/held/of-generation.ts';
import { setsOfGeneration } from '../../../../src/core/held/sets-of-generation.ts';
import { printHeldLines } from '../../../../src/ui/formats/held-lines.ts';
import { printHeldRestore } from '../../../../src/ui/formats/held-restore.ts';
import { printHeldSummary } from '../../../../src/ui/formats/held-summary.ts';
import { printHeldText } from '../../../../src/ui/formats/held-text.ts';

/** A generation in every format that has one. */
export function heldLinesSample(generation: Generation): Readonly<Record<string, string>> {
  const held = heldByGeneration(generation);
  const sets = setsOfGeneration(generation);
  return {
    'generation-text': printHeldText(held, sets),
    'generation-summary': printHeldSummary(held, sets),
    'generation-lines': printHeldLines(held, sets),
    'generation-restore': printHeldRestore(held, sets),
  };
}
