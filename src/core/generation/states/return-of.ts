import type { Generation, KeptState, NumberedGeneration } from '../types.ts';
import { findState } from './planned-states.ts';

/** One state on the way from the newest generation to an earlier one. */
export type StateReturn = {
  /** Undefined: the newest generation does not have it. */
  readonly now: KeptState | undefined;
  /** Undefined: it was not there yet. */
  readonly then: KeptState | undefined;
};

/** Which states go back, and to what. */
export type Return = {
  readonly target: NumberedGeneration;
  readonly states: readonly StateReturn[];
  /** Those of the newest generation that stay as they are. */
  readonly others: readonly KeptState[];
};

/** The way of some states, or of all that the target has, from the newest generation to the target. */
export function returnOf(newest: Generation, target: NumberedGeneration, names: readonly string[] | undefined): Return {
  const now = (name: string) =>
    newest.states.find((state) => state.name === name) ?? newest.states.find((state) => calledBefore(state, name));
  const wanted = names ?? target.generation.states.map(({ name }) => name);
  const states = wanted.map((name): StateReturn => {
    const present = now(name);
    const then = findState(target.generation, present ?? { name });
    return { now: present, then };
  });
  const going = new Set(states.map((state) => state.now));
  return { target, states, others: newest.states.filter((state) => !going.has(state)) };
}

/** Whether a generation changed the state, by a name that it has or had. */
export function isAbout({ applied }: Generation, state: Pick<KeptState, 'name' | 'formerly'>): boolean {
  return applied.includes(state.name) || applied.some((name) => calledBefore(state, name));
}

function calledBefore({ formerly = [] }: Pick<KeptState, 'formerly'>, name: string): boolean {
  return formerly.includes(name);
}

/** Whether a state declares the same as before, whatever its rules have matched since. */
export function declaresSame({ now, then }: StateReturn): boolean {
  return now !== undefined && then !== undefined && declared(now) === declared(then);
}

function declared({ namespaces }: KeptState): string {
  return JSON.stringify(namespaces.map(({ counted, ...kept }) => kept));
}
