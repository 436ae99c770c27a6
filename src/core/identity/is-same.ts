import type { NamespaceIdentity } from './types.ts';

/** Whether two identities are those of one namespace; undefined where that is not known. Both must be of one boot. */
export function isSame(one: NamespaceIdentity, other: NamespaceIdentity): boolean | undefined {
  if (one.cookie !== undefined && other.cookie !== undefined) return one.cookie === other.cookie;
  if (one.file === undefined || other.file === undefined) return undefined;
  if (one.file === other.file) return true;
  // Another time under the same number: another namespace, or the same one that nothing has kept in use in the meantime.
  return numberOf(one.file) === numberOf(other.file) ? undefined : false;
}

function numberOf(file: string): string {
  return file.slice(0, file.lastIndexOf(':'));
}
