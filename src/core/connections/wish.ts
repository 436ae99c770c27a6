import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';
import type { ConnectionCount } from './types.ts';

/** What becomes of connections that an apply refuses: it ends them once it is kept, or leaves them alone. */
export const CONNECTION_WISHES = ['end-refused', 'keep'] as const;

export type ConnectionWish = (typeof CONNECTION_WISHES)[number];

/** Connections of one family of one namespace, and whether the apply ends those that it refuses. */
export type CountedConnections = ConnectionCount & { readonly ends: boolean };

type Planned = { readonly connections?: readonly { readonly namespaces: readonly Namespace[] }[] };

/** The flag decides for all namespaces, and without it the state for each. */
export function isToEnd(
  wish: ConnectionWish | undefined,
  { connections = [] }: Planned,
  namespace: Namespace,
): boolean {
  if (wish !== undefined) return wish === 'end-refused';
  const label = namespaceLabel(namespace);
  return connections.some(({ namespaces }) => namespaces.some((one) => namespaceLabel(one) === label));
}
