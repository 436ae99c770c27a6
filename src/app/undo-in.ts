import { goneText } from '../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../core/identity/types.ts';
import type { SetStep } from '../core/sets/types.ts';
import type { Kernel, Reporter } from '../ports.ts';
import { inNamespaces, isStillThere } from './bind-namespaces.ts';
import { type RolledBack, rollBack } from './roll-back.ts';
import type { Undoable } from './way-back.ts';

/**
 * Goes back in the very namespaces that were written, and says which of them are gone, with their rules. Never throws: where they cannot even be
 * looked at, every step has failed.
 */
export async function undoIn(
  kernel: Kernel,
  identities: readonly NamespaceIdentity[],
  { tables, sets }: { readonly tables: readonly Undoable[]; readonly sets: readonly SetStep[] },
  report: Reporter,
): Promise<RolledBack & { readonly notes: readonly string[] }> {
  if (tables.length + sets.length === 0) return { failed: [], notes: [] };
  try {
    return await inNamespaces(kernel, identities, async (gone) => {
      const isThere = isStillThere(gone);
      const there = tables.filter(({ step }) => isThere(step.namespace));
      const thereSets = sets.filter(({ namespace }) => isThere(namespace));
      return { ...(await rollBack(kernel, there, report, thereSets)), notes: gone.map(goneText) };
    });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return {
      failed: [...tables.map(({ step }) => ({ step, said })), ...sets.map((step) => ({ step, said }))],
      notes: [],
    };
  }
}
