import { goneText } from '../../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { JournalStep } from '../../core/journal/types.ts';
import { setsIn, tablesIn } from '../../core/plan/in-order.ts';
import type { Kernel, Reporter } from '../../ports/ports.ts';
import { inNamespaces, isStillThere } from '../live/bind-namespaces.ts';
import { type RolledBack, rollBack } from './roll-back.ts';

/**
 * Goes back in the very namespaces that were written, and says which of them are gone, with their rules. Never throws: where they cannot even be
 * looked at, every step has failed.
 */
export async function undoIn(
  kernel: Kernel,
  identities: readonly NamespaceIdentity[],
  steps: readonly JournalStep[],
  report: Reporter,
): Promise<RolledBack & { readonly notes: readonly string[] }> {
  if (steps.length === 0) return { failed: [], notes: [] };
  try {
    return await inNamespaces(kernel, identities, async (gone) => {
      const isThere = isStillThere(gone);
      const there = steps.filter(({ namespace }) => isThere(namespace));
      return { ...(await rollBack(kernel, there, report)), notes: gone.map(goneText) };
    });
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    return { failed: [...tablesIn(steps), ...setsIn(steps)].map((step) => ({ step, output })), notes: [] };
  }
}
