import type { HeldTable } from '../../../../src/core/held/types.ts';
import { printHeldLines } from '../../../../src/ui/formats/held-lines.ts';
import { printHeldRestore } from '../../../../src/ui/formats/held-restore.ts';
import { printHeldSummary } from '../../../../src/ui/formats/held-summary.ts';
import { printHeldText } from '../../../../src/ui/formats/held-text.ts';

/** A generation in every format that has one. */
export function heldLinesSample(held: readonly HeldTable[]): Readonly<Record<string, string>> {
  return {
    'generation-text': printHeldText(held),
    'generation-summary': printHeldSummary(held),
    'generation-lines': printHeldLines(held),
    'generation-restore': printHeldRestore(held),
  };
}
