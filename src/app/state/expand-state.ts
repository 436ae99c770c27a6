import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { expandNamespaces } from '../../core/expansion/expand-namespaces.ts';
import type { ExpandedNamespace } from '../../core/expansion/types.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { loadDesired } from './load-desired.ts';
import type { GivenValues } from './load-values.ts';

export type ExpandedState = {
  readonly namespaces: readonly ExpandedNamespace[];
  readonly warnings: readonly Diagnostic[];
  readonly sources: Sources;
};

/** What the files at a path stand for: neither root nor live rules are needed, and names of namespaces and globs stay as they are written. */
export async function expandState(
  ports: Pick<Ports, 'stateFiles' | 'templates'>,
  options: { readonly path: string; readonly given: GivenValues; readonly selection: Selection },
): Promise<ExpandedState> {
  const { path, given, selection } = options;
  const { desired, diagnostics, sources } = await loadDesired(ports, {
    path,
    allowEmpty: true,
    existing: undefined,
    given,
  });
  const originOf = createOrigin(createLocator(sources));
  return { namespaces: expandNamespaces(desired.namespaces, { selection, originOf }), warnings: diagnostics, sources };
}
