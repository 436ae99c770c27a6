import type { NamespaceIdentity } from './types.ts';

/** Whether two identities are those of one namespace; undefined where that cannot be told. Both must be of one boot. */
export function isSame(one: NamespaceIdentity, other: NamespaceIdentity): boolean | undefined {
  if (one.cookie !== undefined && other.cookie !== undefined) return one.cookie === other.cookie;
  if (one.file !== undefined && other.file !== undefined) return one.file === other.file;
  return undefined;
}
