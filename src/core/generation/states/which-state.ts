import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { KeptState } from '../types.ts';

/** How a run names the state that it is about. */
export type StateIdentity = {
  /** Of a document or of `--state-name`. */
  readonly name?: string;
  /** Full path, and the path as it was typed. */
  readonly path: string;
  readonly typed: string;
};

/** The state that a run is about, among those that the newest generation holds. */
export type FoundState = {
  /** What it is called from now on. */
  readonly name: string;
  readonly path: string;
  /** As it was last applied; undefined for a state that is applied for the first time. */
  readonly known: KeptState | undefined;
  /** Every other state of the data folder. */
  readonly others: readonly KeptState[];
  readonly notices: readonly Diagnostic[];
};

/** A state is itself wherever its files are when it has a name. Without one it is what was last applied from the same path. */
export function whichState(states: readonly KeptState[], given: StateIdentity): FoundState {
  const { name, path } = given;
  const unnamed = states.find((state) => isUnnamed(state) && isSamePath(state, given));
  const known = name === undefined ? unnamed : (states.find((state) => state.name === name) ?? unnamed);
  return {
    name: name ?? path,
    path,
    known,
    others: states.filter((state) => state !== known),
    notices: known === undefined || name === undefined ? [] : noticesOf(known, name, path),
  };
}

/** The name under which a state was last applied from this path, for a run that gives none. */
export function nameAtPath(states: readonly KeptState[], path: string): string | undefined {
  return states.find((state) => !isUnnamed(state) && state.path === path)?.name;
}

/** A state without a name is called by its path. */
export function isUnnamed({ name, path }: Pick<KeptState, 'name' | 'path'>): boolean {
  return name === path;
}

/** A generation of version 1 has the path as it was typed. */
function isSamePath({ path }: KeptState, given: StateIdentity): boolean {
  return path === given.path || (!path.startsWith('/') && path === given.typed);
}

function noticesOf(known: KeptState, name: string, path: string): readonly Diagnostic[] {
  if (known.name !== name) {
    return [notice(`The state at ${known.path} had no name so far; from its next apply on it is ${name}`)];
  }
  if (known.path === path) return [];
  return [notice(`The state ${name} was last applied from ${known.path}; now it comes from ${path}`)];
}

function notice(message: string): Diagnostic {
  return { severity: 'warning', code: 'state.moved', message };
}
