import type { Namespace } from '../core/ruleset/types.ts';

/** What a namespace is called on the screen. `host` is where fw runs; a namespace with that very name is told apart. */
export function namespaceName(namespace: Namespace): string {
  if (namespace.kind === 'host') return 'host';
  return namespace.name === 'host' ? 'netns:host' : namespace.name;
}
