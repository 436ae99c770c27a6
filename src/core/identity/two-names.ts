import type { Namespace } from '../rules/types.ts';
import { numberOf } from './place-of-run.ts';
import type { NamespaceIdentity } from './types.ts';

/**
 * Two names that stand for one network namespace, among identities that were looked at together: a link or a second mount under /run/netns, or one of what `host` is.
 * Undefined where each is another one.
 */
export function twoNames(identities: readonly NamespaceIdentity[]): readonly [Namespace, Namespace] | undefined {
  const seen = new Map<string, Namespace>();
  for (const { namespace, cookie, file } of identities) {
    const keys = [...(cookie === undefined ? [] : [cookie]), ...(file === undefined ? [] : [numberOf(file)])];
    for (const key of keys) {
      const other = seen.get(key);
      if (other !== undefined) return [other, namespace];
    }
    for (const key of keys) seen.set(key, namespace);
  }
  return undefined;
}
