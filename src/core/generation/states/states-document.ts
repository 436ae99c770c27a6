import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Commit, KeptState } from '../types.ts';
import { isUnnamed } from './which-state.ts';

/** One state of the data folder, as `fw state list` shows it. */
export type ListedState = {
  /** Its own name, or its path where it has none. */
  readonly name: string;
  /** Whether it has a name of its own, by which it is known wherever its files are. */
  readonly named: boolean;
  /** Where it was last applied from. */
  readonly path: string;
  /** What it was called before, oldest first. */
  readonly formerly: readonly string[];
  /** When and by whom it was last applied, and from which commit. */
  readonly at: string;
  readonly operator: string;
  readonly commit: Commit | null;
  /** The generation that brought what it declares now; null where that is not kept any more. */
  readonly generation: number | null;
  /** Number of the generation that it was brought back to; null where it was applied from its files. */
  readonly restores: number | null;
  readonly namespaces: readonly string[];
};

/** `fw state list --json`. `generation` is the newest one, which holds these states; null where there is none yet. */
type StatesDocument = {
  readonly format_version: '1.0';
  readonly kind: 'states';
  readonly generation: number | null;
  readonly states: readonly ListedState[];
};

export function listedState(state: KeptState, generation: number | undefined): ListedState {
  const { name, path, formerly = [], at, operator, commit, restores, namespaces } = state;
  return {
    name,
    named: !isUnnamed(state),
    path,
    formerly,
    at,
    operator,
    commit: commit ?? null,
    generation: generation ?? null,
    restores: restores ?? null,
    namespaces: namespaces.map(({ namespace }) => namespaceLabel(namespace)),
  };
}

export function statesDocument(newest: number | undefined, states: readonly ListedState[]): StatesDocument {
  return { format_version: '1.0', kind: 'states', generation: newest ?? null, states };
}
