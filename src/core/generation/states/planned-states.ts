import type { AppliedIn } from '../../identity/types.ts';
import type { Selection } from '../../selection/types.ts';
import { appliedInAfter } from '../applied-in.ts';
import { mergeGeneration } from '../merge-states.ts';
import type { Commit, Generation, KeptNamespace, KeptState } from '../types.ts';

/** A state as a plan makes it. */
export type PlannedState = {
  readonly name: string;
  readonly path: string;
  /** Commit that it is declared in; undefined where that is the commit of this run. */
  readonly commit?: Commit | null | undefined;
  /** The generation that it is brought back to. */
  readonly restores?: number;
  readonly namespaces: readonly KeptNamespace[];
};

/** What a plan makes of the states of the data folder. Those that it does not name stay as they are. */
export type PlannedStates = {
  /** Names of the states that the plan is about. */
  readonly applied: readonly string[];
  /** Each state that it makes, with the name under which the newest generation has it: another one for a state that gets its name now. */
  readonly made: readonly { readonly state: PlannedState; readonly was: string | undefined }[];
  /** Names of the states that it takes out of the record. */
  readonly forgotten: readonly string[];
  /** Names of states that it brings back as the record has them: they stay as they are there, but for where they are applied. Absent is the same as none. */
  readonly reloaded?: readonly string[];
};

/** When, by whom, from which commit and by which journal the plan is carried out. */
type Occasion = Pick<KeptState, 'at' | 'operator' | 'journal'> & {
  readonly commit: Commit | null;
  /** Where that is; undefined where it is not known. */
  readonly seen?: AppliedIn | undefined;
};

/**
 * The states as they are after the plan. Each keeps its place: that is the order in which states were first applied, and in which their jumps
 * come in again. What a partial plan leaves out is completed by what the state declared before.
 */
export function statesAfter(
  before: readonly KeptState[],
  { made, forgotten, reloaded = [] }: PlannedStates,
  occasion: Occasion,
  selection: Selection | undefined,
): readonly KeptState[] {
  const gone = new Set(forgotten);
  const { seen } = occasion;
  const states = before
    .filter(({ name }) => !gone.has(name))
    .map((state) => (reloaded.includes(state.name) ? withAppliedIn(state, state.appliedIn, seen, selection) : state));
  for (const { state, was } of made) {
    const { at, operator, journal } = occasion;
    const index = states.findIndex(({ name }) => name === was);
    const known = states[index];
    const { name, path, restores, commit = occasion.commit } = state;
    const namespaces =
      selection === undefined
        ? state.namespaces
        : mergeGeneration(known?.namespaces ?? [], state.namespaces, selection);
    const formerly = [...new Set([...(known?.formerly ?? []), ...(known === undefined ? [] : [known.name])])].filter(
      (one) => one !== name,
    );
    const kept = {
      name,
      path,
      ...(formerly.length === 0 ? {} : { formerly }),
      ...(restores === undefined ? {} : { restores }),
      at,
      operator,
      commit,
      journal,
      namespaces,
    };
    const placed = withAppliedIn(kept, known?.appliedIn, seen, selection);
    states.splice(index === -1 ? states.length : index, index === -1 ? 0 : 1, placed);
  }
  return states;
}

function withAppliedIn(
  { appliedIn: _, namespaces, ...state }: KeptState,
  before: KeptState['appliedIn'] = [],
  seen: AppliedIn | undefined,
  selection: Selection | undefined,
): KeptState {
  const appliedIn = appliedInAfter(before, namespaces, seen, selection);
  return { ...state, ...(appliedIn.length === 0 ? {} : { appliedIn }), namespaces };
}

/** The state among those of a generation, also under a name that it had before. */
export function findState(
  { states }: Pick<Generation, 'states'>,
  { name, formerly = [] }: Pick<KeptState, 'name' | 'formerly'>,
): KeptState | undefined {
  return states.find((state) => state.name === name) ?? states.find((state) => formerly.includes(state.name));
}
