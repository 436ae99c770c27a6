import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { mergeStates } from '../../core/generation/merge-states.ts';
import { findState } from '../../core/generation/states/planned-states.ts';
import { namesInstead } from '../../core/generation/states/rename-state.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import type { AnewSince } from '../../core/identity/find-made-anew.ts';
import type { NamespaceInput } from '../../core/plan/assemble.ts';
import type { Plan } from '../../core/plan/types.ts';
import { driftOf } from '../../core/report/drift/drift-of.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { readGenerationInputs } from '../generations/read-generation-inputs.ts';
import { lookForAnew } from './look-for-made-anew.ts';

export type Drift = {
  readonly plan: Plan;
  /** What was compared. */
  readonly inputs: readonly NamespaceInput[];
  /** Names of the states that were looked at. */
  readonly states: readonly string[];
  /** Namespaces of the generation that are not there any more: all of what it declared in them is gone. */
  readonly gone: readonly Namespace[];
  /** Namespaces that are not those that were applied to. */
  readonly anew: readonly AnewSince[];
  readonly warnings: readonly Diagnostic[];
};

/** What changed in the firewall since a generation was applied, apart from what belongs to others; all of it, or what one state declares. */
export async function findDrift(
  ports: Ports,
  { number, generation }: NumberedGeneration,
  options: { readonly context: number; readonly stateName: string | undefined },
): Promise<Drift> {
  const { context, stateName } = options;
  const states =
    stateName === undefined ? generation.states : await statesNamed(ports, { number, generation }, stateName);
  const namespaces = stateName === undefined ? generation.namespaces : mergeStates(states);
  const others = generation.states.filter((state) => !states.includes(state));
  const seen = states.flatMap(({ appliedIn = [] }) => appliedIn);
  const [{ inputs, gone, warnings }, anew] = await Promise.all([
    readGenerationInputs(ports, { namespaces }, others),
    lookForAnew(ports, seen, namespaces),
  ]);
  const lost = new Set(gone.map(namespaceLabel));
  return {
    plan: driftOf(inputs, context),
    inputs,
    states: states.map(({ name }) => name),
    gone,
    anew: anew.filter(({ namespace }) => !lost.has(namespaceLabel(namespace))),
    warnings,
  };
}

/** The state of that name; also under the name that it had in that generation. */
async function statesNamed(
  ports: Ports,
  { number, generation }: NumberedGeneration,
  name: string,
): Promise<readonly KeptState[]> {
  const newest = (await newestGeneration(ports))?.generation.states ?? [];
  const found = findState(generation, newest.find((state) => state.name === name) ?? { name });
  if (found === undefined) throw unknownState(name, number, [...newest, ...generation.states], generation);
  return [found];
}

function unknownState(
  name: string,
  number: number,
  known: readonly KeptState[],
  { states }: NumberedGeneration['generation'],
): FwError {
  const renamed = namesInstead(
    known.filter(({ formerly = [] }) => formerly.includes(name)),
    name,
  );
  return new FwError('generation.missing', `generation ${number} has no state ${name}`, {
    next: renamed ?? `It has: ${states.map((state) => state.name).join(', ')}.`,
  });
}
