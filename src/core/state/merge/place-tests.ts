import type { AboutNames } from '../../desired/odd-namespace.ts';
import type { ReachableFlow, StateTest } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Namespace } from '../../rules/types.ts';
import type { ReadDocument } from '../as-written/written.ts';
import { HOST, resolveNamespaces } from './resolve-namespaces.ts';

/** As in `mergeDocuments`. */
type Where = { readonly existing: readonly string[] | undefined; readonly about?: AboutNames };

type Found<Item> = { readonly items: readonly Item[]; readonly diagnostics: readonly Diagnostic[] };

/** The tests of all documents in path order, each with the namespaces of its document. Those that expect nothing are left out. */
export function placeTests(documents: readonly ReadDocument[], where: Where): Found<StateTest> {
  return place(documents, where, ({ tests }) => tests.filter(({ expectations }) => expectations.length > 0));
}

/** The flows that must get through, of all documents. */
export function placeReachable(documents: readonly ReadDocument[], where: Where): Found<ReachableFlow> {
  return place(documents, where, ({ reachable }) => reachable.flatMap(({ flow }) => flow ?? []));
}

function place<Item>(
  documents: readonly ReadDocument[],
  { existing, about }: Where,
  itemsOf: (document: ReadDocument) => readonly Item[],
): Found<Item & { readonly namespaces: readonly Namespace[] }> {
  const diagnostics: Diagnostic[] = [];
  const items = documents.flatMap((document) => {
    const own = itemsOf(document);
    if (own.length === 0 || !document.isPlaced) return [];
    const resolved = resolveNamespaces(document.namespaces, existing, about);
    diagnostics.push(...resolved.diagnostics);
    const namespaces = resolved.names.map(
      (name): Namespace => (name === HOST ? { kind: 'host' } : { kind: 'named', name }),
    );
    return own.map((item) => ({ ...item, namespaces }));
  });
  return { items, diagnostics };
}
