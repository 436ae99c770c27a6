import type { Diagnostic } from '../core/diagnostic.ts';
import { driftOf } from '../core/drift/drift-of.ts';
import type { NumberedGeneration } from '../core/generation/types.ts';
import type { Plan } from '../core/plan/types.ts';
import type { Namespace } from '../core/ruleset/types.ts';
import type { Ports } from '../ports.ts';
import { readGenerationInputs } from './read-generation-inputs.ts';

export type Drift = {
  readonly plan: Plan;
  /** Namespaces of the generation that are not there any more: all of what it declared in them is gone. */
  readonly gone: readonly Namespace[];
  readonly warnings: readonly Diagnostic[];
};

/** What changed in the firewall since a generation was applied, apart from what belongs to others. */
export async function findDrift(ports: Ports, { generation }: NumberedGeneration, context: number): Promise<Drift> {
  const { inputs, gone, warnings } = await readGenerationInputs(ports, generation);
  return { plan: driftOf(inputs, context), gone, warnings };
}
