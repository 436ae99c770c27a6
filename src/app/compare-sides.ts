import { compareGenerations } from '../core/drift/compare-generations.ts';
import { driftOf } from '../core/drift/drift-of.ts';
import { FwError } from '../core/errors.ts';
import type { Generation } from '../core/generation/types.ts';
import type { Plan } from '../core/plan/types.ts';
import type { Ports, StateFile } from '../ports.ts';
import { loadPlanFile } from './load-plan-file.ts';
import { makePlan } from './make-plan.ts';
import { pickGeneration } from './pick-generation.ts';
import { readGenerationInputs } from './read-generation-inputs.ts';

const LIVE = 'live';

/**
 * The difference between two declarations of the firewall, as a plan from the first to the second. A side is `live` (only the second),
 * the number of a generation, `last`, `previous`, a file of `fw plan --out`, a state file or folder, or a folder `@` a git revision.
 */
export async function compareSides(ports: Ports, before: string, after: string, context: number): Promise<Plan> {
  if (before === LIVE)
    throw new FwError('usage', '`live` can only be the second side', { next: 'Turn the two round.' });
  const left = await readSide(ports, before);
  if (after !== LIVE) return compareGenerations(left, await readSide(ports, after), context);
  const { inputs } = await readGenerationInputs(ports, { namespaces: left });
  return driftOf(inputs, context);
}

async function readSide(ports: Ports, side: string): Promise<Generation['namespaces']> {
  if (/^[0-9]{1,9}$/.test(side)) return (await pickGeneration(ports, Number(side))).generation.namespaces;
  if (side === 'last' || side === 'previous') return (await pickGeneration(ports, side)).generation.namespaces;
  if (side.endsWith('.fwplan')) return (await loadPlanFile(ports, side)).namespaces;
  const [, folder, revision] = /^(.+)@([^@/]+(?:\/[^@]+)?)$/.exec(side) ?? [];
  if (folder === undefined || revision === undefined) return declare(ports, side);
  const files = await ports.git.filesAt(folder, revision);
  if (files === undefined) throw new FwError('state.missing', `git has no ${folder} at ${revision}`);
  return declare(
    { ...ports, stateFiles: { ...ports.stateFiles, read: async (): Promise<readonly StateFile[]> => files } },
    folder,
  );
}

/** A state in the kernel's spelling, as it would be kept. */
async function declare(ports: Ports, state: string): Promise<Generation['namespaces']> {
  return (await makePlan(ports, { state, allowEmpty: false, context: 0 })).namespaces();
}
