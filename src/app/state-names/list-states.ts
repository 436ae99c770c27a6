import { FwError } from '../../core/diagnostics/errors.ts';
import { namesInstead, stateCalled } from '../../core/generation/states/rename-state.ts';
import { type ListedState, listedState } from '../../core/generation/states/states-document.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';

type ListedStates = { readonly newest: number | undefined; readonly states: readonly ListedState[] };

/** The states that the newest generation holds, in the order in which they were first applied. */
export async function listStates({ generations }: Pick<Ports, 'generations'>): Promise<ListedStates> {
  const numbers = await generations.numbers();
  const newest = numbers.at(-1);
  if (newest === undefined) return { newest, states: [] };
  const { states } = (await generations.read(newest)).generation;
  const wanted = new Set(states.map(({ journal }) => journal));
  const found = new Map<string, number>();
  for (const number of [...numbers].reverse()) {
    if (found.size === wanted.size) break;
    const { journal } = (await generations.read(number)).generation;
    if (wanted.has(journal)) found.set(journal, number);
  }
  return { newest, states: states.map((state) => listedState(state, found.get(state.journal))) };
}

/**
 * Throws `state.unknown` where the data folder, which may be mistyped or moved, knows no state at all: asked before the lock, whose file is made with
 * the folder where it is missing.
 */
export async function checkKnowsStates({ generations }: Ports, name: string): Promise<void> {
  if ((await generations.numbers()).length + (await generations.prepared()).length === 0) throw unknownState(name, []);
}

/** A state that the newest generation holds, by its name or by its path where it has no name. Throws `state.unknown`, naming those there are. */
export async function findKeptState(
  ports: Ports,
  name: string,
): Promise<{ readonly newest: NumberedGeneration; readonly known: KeptState }> {
  const newest = await newestGeneration(ports);
  const states = newest?.generation.states ?? [];
  const known = stateCalled(states, name, ports.fullPath(name));
  if (newest !== undefined && known !== undefined) return { newest, known };
  throw unknownState(name, states);
}

function unknownState(name: string, states: readonly KeptState[]): FwError {
  return new FwError('state.unknown', `this data folder knows no state ${name}`, {
    next: namesInstead(states, name) ?? 'It knows none: see fw history.',
  });
}
