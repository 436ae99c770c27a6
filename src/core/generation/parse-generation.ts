import { FwError } from '../diagnostics/errors.ts';
import { mergeStates } from './merge-states.ts';
import { readNamespaces, type StoredNamespace, storeNamespaces } from './stored-namespaces.ts';
import type { Generation, KeptState } from './types.ts';

/** A file of version 1 knew the one state that was applied, by its path as it was typed, or a return by `generation N`. */
type FirstVersion = Omit<Generation, 'version' | 'applied' | 'states' | 'namespaces'> & {
  readonly version: 1;
  readonly namespaces: readonly StoredNamespace[];
};

type StoredState = Omit<KeptState, 'namespaces'> & { readonly namespaces: readonly StoredNamespace[] };

type SecondVersion = Omit<Generation, 'states' | 'namespaces'> & { readonly states: readonly StoredState[] };

/** A generation, and whether its file knows one state only: then what other states declared is in the files before it. */
export type ParsedGeneration = { readonly generation: Generation; readonly isEarlier: boolean };

/** Reads a generation of this or the first version. Throws `generation.unreadable` for what is cut, and for one of a later fw. */
export function parseGeneration(path: string, text: string): ParsedGeneration {
  const file = parseFile<FirstVersion | SecondVersion>(path, text);
  if (file.version === 1) return { generation: upgrade(file), isEarlier: true };
  if (file.version === 2) {
    const states = file.states.map((state) => ({ ...state, namespaces: readNamespaces(state.namespaces) }));
    return { generation: { ...file, states, namespaces: mergeStates(states) }, isEarlier: false };
  }
  throw new FwError('generation.unreadable', `${path} is of a format that this fw does not know: it reads 1 and 2`);
}

/** What a file of a generation holds, of whatever version. Throws `generation.unreadable` for what is cut. */
export function parseFile<File extends { readonly version: number }>(
  path: string,
  text: string,
): File | { readonly version?: undefined } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as File;
  } catch (cause) {
    throw new FwError('generation.unreadable', `${path} was cut or altered: it is not JSON`, { cause });
  }
  throw new FwError('generation.unreadable', `${path} is no generation`);
}

/** The text of a generation's file. */
export function printGeneration({ namespaces: _, ...kept }: Generation): string {
  const states = kept.states.map((state) => ({ ...state, namespaces: storeNamespaces(state.namespaces) }));
  const file: SecondVersion = { ...kept, states };
  return `${JSON.stringify(file)}\n`;
}

function upgrade({ version, namespaces, ...rest }: FirstVersion): Generation {
  const { at, operator, state, commit, journal } = rest;
  const only: KeptState = {
    name: state,
    path: state,
    at,
    operator,
    ...(commit === undefined ? {} : { commit }),
    journal,
    namespaces: readNamespaces(namespaces),
  };
  return { ...rest, version: 2, applied: [state], states: [only], namespaces: mergeStates([only]) };
}
