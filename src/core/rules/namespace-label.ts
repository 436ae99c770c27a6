import type { Namespace } from './types.ts';

/** How a namespace is called in every message. `host` cannot be the name of a named one: the state refuses it. */
export function namespaceLabel(namespace: Namespace): string {
  return namespace.kind === 'host' ? 'host' : namespace.name;
}
