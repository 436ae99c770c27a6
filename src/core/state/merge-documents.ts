import type { AboutNames } from '../desired/odd-namespace.ts';
import type { DesiredNamespace, DesiredState } from '../desired/types.ts';
import { type Diagnostic, withoutRepeats } from '../diagnostics/diagnostic.ts';
import type { ReadDocument } from './as-written/written.ts';
import { placeEntries } from './entries.ts';
import { contradiction } from './merge/contradictions.ts';
import { mergeNamespace } from './merge/merge-namespace.ts';
import { HOST, resolveNamespaces } from './merge/resolve-namespaces.ts';
import type { Script } from './schema/script.ts';

/**
 * Documents and iptables-save files, in path order, to what every namespace should be. `existing` are the names under /run/netns;
 * without them globs stand for themselves. Documents that are not placed are left out. Namespaces that are described by the same documents share their `claims`, so that later
 * stages can work once for each group; the host comes first, then the others by name.
 */
export function mergeDocuments(
  documents: readonly ReadDocument[],
  scripts: readonly Script[],
  options: { readonly existing: readonly string[] | undefined; readonly about?: AboutNames },
): { readonly desired: DesiredState; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const descriptions = new Map<string, Description>();
  const describe = (name: string) => {
    const known = descriptions.get(name) ?? { key: '', documents: [], scripts: [] };
    descriptions.set(name, known);
    return known;
  };
  documents.forEach((document, index) => {
    if (!document.isPlaced || document.isTests) return;
    const resolved = resolveNamespaces(document.namespaces, options.existing, options.about);
    diagnostics.push(...resolved.diagnostics);
    for (const description of resolved.names.map(describe)) {
      description.key += `${index} `;
      description.documents.push(document);
    }
  });
  scripts.forEach((script, index) => {
    const resolved = resolveNamespaces(
      [{ value: script.namespace, span: script.span }],
      options.existing,
      options.about,
    );
    diagnostics.push(...resolved.diagnostics);
    for (const description of resolved.names.map(describe)) {
      description.key += `s${index} `;
      description.scripts.push(script);
    }
  });
  const groups = new Map<string, ReturnType<typeof mergeNamespace>>();
  const namespaces = [...descriptions].sort(byName).map(([name, description]): DesiredNamespace => {
    const group = groups.get(description.key) ?? mergeNamespace(description.documents, description.scripts, name);
    if (!groups.has(description.key)) diagnostics.push(...group.diagnostics);
    groups.set(description.key, group);
    return { namespace: name === HOST ? { kind: 'host' } : { kind: 'named', name }, ...group.merged };
  });
  const placed = placeEntries(documents, options);
  diagnostics.push(...placed.diagnostics);
  const { name, contradictions } = nameOf(documents);
  diagnostics.push(...contradictions);
  const named = name === undefined ? {} : { name };
  return { desired: { namespaces, ...placed.desired, ...named }, diagnostics: withoutRepeats(diagnostics) };
}

/** The name of the state, which all documents that give one agree about. */
function nameOf(documents: readonly ReadDocument[]) {
  const [name, ...others] = documents.flatMap((document) => document.state ?? []);
  if (name === undefined) return { name, contradictions: [] };
  const differing = others.filter(({ value }) => value !== name.value);
  return { name, contradictions: differing.map((other) => contradiction('the name of the state', name, other)) };
}

/** What the state has about one namespace; equal keys mean the same documents and files. */
type Description = { key: string; readonly documents: ReadDocument[]; readonly scripts: Script[] };

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  if (one === HOST || other === HOST) return one === HOST ? -1 : 1;
  return one < other ? -1 : 1;
}
