import type { Generation, KeptState, NumberedGeneration } from '../types.ts';
import { isUnnamed } from './which-state.ts';

/** The state of that name, or the one without a name that was last applied from that path. */
export function stateCalled(states: readonly KeptState[], name: string, path = name): KeptState | undefined {
  return states.find((state) => state.name === name) ?? states.find((state) => isUnnamed(state) && state.path === path);
}

/** Whether a state had that name before. */
export function wasRenamed(states: readonly KeptState[], name: string): boolean {
  return states.some(({ formerly = [] }) => formerly.includes(name));
}

/** What to say where no state is called so: what it is called now, if one was called so before, else what there is. */
export function namesInstead(states: readonly KeptState[], name: string): string | undefined {
  const renamed = states.find(({ formerly = [] }) => formerly.includes(name));
  if (renamed !== undefined) return `It is called ${renamed.name} now.`;
  return states.length === 0 ? undefined : `There are: ${states.map((state) => state.name).join(', ')}.`;
}

/** The states with one of them under another name. When and by whom it was last applied stays as it is. */
export function renameState(states: readonly KeptState[], known: KeptState, name: string): readonly KeptState[] {
  const formerly = [...new Set([...(known.formerly ?? []), known.name])].filter((one) => one !== name);
  return states.map((state) => (state === known ? { ...state, name, formerly } : state));
}

/**
 * Why the state cannot have that name; undefined where it can. A return finds a state in an earlier generation by its name, so it must not be
 * one that another state has or had there.
 */
export function whyTaken(
  name: string,
  known: KeptState,
  newest: Pick<Generation, 'states'>,
  kept: readonly NumberedGeneration[],
): string | undefined {
  const others = newest.states.filter((state) => state !== known);
  const holder = others.find((state) => state.name === name);
  if (holder !== undefined) return `the state at ${holder.path} is called ${name}`;
  const earlier = others.find(({ formerly = [] }) => formerly.includes(name));
  if (earlier !== undefined) return `the state ${earlier.name} was called ${name} before`;
  const own = [known.name, ...(known.formerly ?? [])];
  if (own.includes(name)) return undefined;
  const last = kept.findLast(({ generation }) => generation.states.some((state) => state.name === name));
  return last === undefined ? undefined : `another state is called ${name} in generation ${last.number}, which is kept`;
}
