import { namespaceLabel } from '../rules/namespace-label.ts';
import { type StoredNamespace, storeNamespaces } from './stored-namespaces.ts';
import type { Generation, KeptState, NumberedGeneration } from './types.ts';

/** A generation as `fw show N --json` prints it: `namespaces` is what all states declare, `states` says which state declares in which. */
type GenerationDocument = {
  readonly format_version: '1.1';
  readonly kind: 'generation';
  readonly number: number;
  readonly states: readonly StateEntry[];
  readonly namespaces: readonly StoredNamespace[];
} & Omit<Generation, 'states' | 'namespaces'>;

/** One state of a generation. Namespaces are strings: `host` or the name. */
type StateEntry = Omit<KeptState, 'namespaces'> & { readonly namespaces: readonly string[] };

export function generationDocument({ number, generation }: NumberedGeneration): GenerationDocument {
  const states = generation.states.map((state) => ({
    ...state,
    namespaces: state.namespaces.map(({ namespace }) => namespaceLabel(namespace)),
  }));
  const namespaces = storeNamespaces(generation.namespaces);
  return { format_version: '1.1', kind: 'generation', number, ...generation, states, namespaces };
}
