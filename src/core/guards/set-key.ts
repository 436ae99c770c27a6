import type { Namespace } from '../rules/types.ts';

/** Names a set by the namespace it is in and its name in the kernel. */
export function setKey(namespace: Namespace, set: string): string {
  return JSON.stringify([namespace.kind === 'host' ? '' : namespace.name, set]);
}
