import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';
import type { Machine, NamespaceIdentity } from './types.ts';

/** A named namespace of an apply that is not there any more: what was changed in it went with it. */
export type Gone = { readonly namespace: Namespace; readonly why: 'deleted' | 'made anew' };

/** Where an apply was made, as seen from where this process is. */
export type Place =
  /** Here: all its namespaces may be written, but those that are gone. */
  | { readonly kind: 'here'; readonly gone: readonly Gone[] }
  /** Before this machine was booted: nothing that it wrote is live. */
  | { readonly kind: 'earlier boot' }
  /** Its `host` is another network namespace of this machine. */
  | { readonly kind: 'other namespace'; readonly host: NamespaceIdentity }
  | { readonly kind: 'other machine' }
  /** It did not note where, or this kernel cannot tell; nothing may be written. */
  | { readonly kind: 'unknown'; readonly namespace: Namespace | undefined };

export type Recorded = Machine & {
  /** Namespaces of the apply. Missing in journals of older versions. */
  readonly namespaces?: readonly NamespaceIdentity[] | undefined;
};

/** Which folder the names are looked up in: a container has its own. A name that is not in another folder need not be gone. */
function isSameFolder(run: Machine, here: Machine): boolean {
  return run.folder === here.folder;
}

/** `found` are the namespaces to which these names lead now, in their order; undefined where there is none. */
export function placeOfRun(run: Recorded, here: Machine, found: readonly (NamespaceIdentity | undefined)[]): Place {
  if (run.machine !== undefined && here.machine !== undefined && run.machine !== here.machine) {
    return { kind: 'other machine' };
  }
  if (run.boot !== here.boot) return { kind: 'earlier boot' };
  if (run.namespaces === undefined) return { kind: 'unknown', namespace: undefined };
  const gone: Gone[] = [];
  for (const [index, was] of run.namespaces.entries()) {
    const { namespace } = was;
    const is = found[index];
    const same = is === undefined ? false : isSame(was, is);
    if (same === undefined) return { kind: 'unknown', namespace };
    if (same) continue;
    if (namespace.kind === 'host') return { kind: 'other namespace', host: was };
    if (!isSameFolder(run, here)) return { kind: 'unknown', namespace };
    gone.push({ namespace, why: is === undefined ? 'deleted' : 'made anew' });
  }
  return { kind: 'here', gone };
}

/** The sentence for a namespace that is gone. */
export function goneText({ namespace, why }: Gone): string {
  const label = namespaceLabel(namespace);
  return why === 'deleted'
    ? `namespace ${label} was deleted: nothing is left in it to undo`
    : `namespace ${label} was deleted and made anew: the new one has nothing of this apply, and nothing is written there`;
}

/** Whether two identities are those of one namespace; undefined where that is not known. Both must be of one boot. */
export function isSame(one: NamespaceIdentity, other: NamespaceIdentity): boolean | undefined {
  if (one.cookie !== undefined && other.cookie !== undefined) return one.cookie === other.cookie;
  if (one.file === undefined || other.file === undefined) return undefined;
  if (one.file === other.file) return true;
  // Another time under the same number: another namespace, or the same one that nothing has kept in use in the meantime.
  return numberOf(one.file) === numberOf(other.file) ? undefined : false;
}

/** `device:inode` of a file. Two that exist at one time have two. */
export function numberOf(file: string): string {
  return file.slice(0, file.lastIndexOf(':'));
}
