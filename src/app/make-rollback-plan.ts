import { emptyNamespaces } from '../core/generation/empty-namespaces.ts';
import type { Generation } from '../core/generation/types.ts';
import { assemble } from '../core/plan/assemble.ts';
import type { Ports } from '../ports.ts';
import type { MadePlan } from './make-plan.ts';
import { readGenerationInputs } from './read-generation-inputs.ts';

/**
 * A plan from what is live now to what a generation declared. Its rules are in the kernel's spelling already; rules of others that came
 * since stay.
 */
export async function makeRollbackPlan(
  ports: Ports,
  generation: Pick<Generation, 'namespaces'>,
  options: { readonly context: number; readonly label: string },
): Promise<MadePlan> {
  const { inputs, here, warnings } = await readGenerationInputs(ports, generation);
  ports.report({ kind: 'phase', phase: 'plan' });
  const { plan, tables, standing, diagnostics } = assemble(inputs, {
    context: options.context,
    originOf: () => options.label,
  });
  return {
    plan,
    sources: new Map(),
    warnings: [...warnings, ...diagnostics],
    tables,
    standing,
    // What the rules had matched then is nothing to compare with now.
    namespaces: () => here.map(({ counted, ...kept }) => kept),
    emptyDesired: emptyNamespaces(here),
    checks: [],
  };
}
