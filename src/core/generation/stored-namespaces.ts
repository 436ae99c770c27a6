import type { KeptNamespace } from './types.ts';

/** A namespace as files and documents have it: `sets` is absent where none are declared. */
export type StoredNamespace = Omit<KeptNamespace, 'sets'> & Partial<Pick<KeptNamespace, 'sets'>>;

/** What is declared for each namespace, from a file. */
export function readNamespaces(stored: readonly StoredNamespace[]): readonly KeptNamespace[] {
  return stored.map((one) => ({ ...one, sets: one.sets ?? [] }));
}

/** The same for a file or a document. */
export function storeNamespaces(namespaces: readonly KeptNamespace[]): readonly StoredNamespace[] {
  return namespaces.map((kept) => {
    const { sets, ...rest } = kept;
    return sets.length === 0 ? rest : kept;
  });
}
