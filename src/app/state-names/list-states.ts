import { type ListedState, listedState } from '../../core/generation/states/states-document.ts';
import type { Ports } from '../../ports/ports.ts';

export type ListedStates = { readonly newest: number | undefined; readonly states: readonly ListedState[] };

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
