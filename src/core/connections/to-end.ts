import { namespaceLabel } from '../rules/namespace-label.ts';
import type { ToEnd } from './ended.ts';
import type { CountedConnections } from './wish.ts';

/** The connections that are to be ended, by namespace. */
export function toEndOf(counted: readonly CountedConnections[]): readonly ToEnd[] {
  const found = new Map<string, ToEnd>();
  for (const { namespace, found: count, ends } of counted) {
    if (!ends || count.kind === 'unknown' || count.refused.length === 0) continue;
    const label = namespaceLabel(namespace);
    const earlier = found.get(label)?.connections ?? [];
    found.set(label, { namespace, connections: [...earlier, ...count.refused] });
  }
  return [...found.values()];
}
