import type { AboutNames } from '../../desired/odd-namespace.ts';
import type { WishedConnections } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Namespace } from '../../rules/types.ts';
import type { ReadDocument, Written } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { contradiction } from './contradictions.ts';
import { HOST, resolveNamespaces } from './resolve-namespaces.ts';

/** What documents wish for the connections of their namespaces. Two that disagree about one namespace are an error with both places. */
export function placeConnections(
  documents: readonly ReadDocument[],
  { existing, about }: { readonly existing: readonly string[] | undefined; readonly about?: AboutNames },
): { readonly items: readonly WishedConnections[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const first = new Map<string, Written<string>>();
  const items = documents.flatMap((document): readonly WishedConnections[] => {
    const {
      connections: [wish],
      isPlaced,
    } = document;
    if (wish === undefined || !isPlaced) return [];
    // A name that cannot be resolved is told by the rules of the document.
    const { names } = resolveNamespaces(document.namespaces, existing, about);
    for (const name of names) {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, wish);
      else if (earlier.value !== wish.value)
        diagnostics.push(contradiction(`the connections of namespace ${quote(name)}`, earlier, wish));
    }
    const namespaces = names.map((name): Namespace => (name === HOST ? { kind: 'host' } : { kind: 'named', name }));
    return [{ ...wish, namespaces }];
  });
  return { items, diagnostics };
}
