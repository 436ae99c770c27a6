import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { OpenNamespaces } from '../../ports/ports.ts';
import { isNamespaceName, NETNS_FOLDER, type PlacedNamespace } from '../process/enter.ts';
import { readCookies } from './cookies.ts';
import { descriptorPath, type NetworkNamespaceFile, openNetworkNamespace } from './network-namespaces.ts';

/** The kernel takes so many arguments for one program; the paths of 5000 are far below. */
export const MOST_PATHS = 5000;

/** The namespaces that one kernel holds open, by name. */
export type Places = {
  /** The namespace with the file that it is entered by, where it is open. */
  readonly of: (namespace: Namespace) => PlacedNamespace;
  readonly open: (namespaces: readonly Namespace[]) => OpenNamespaces;
};

let own: NetworkNamespaceFile | undefined;

/**
 * The network namespace that fw is in stays open until fw ends, as fw itself keeps it: where the kernel gives no cookie, that keeps the time of its
 * file the same for the watchdog, which opens it before fw lets go.
 */
export function ownNamespace(): NetworkNamespaceFile | undefined {
  own ??= openNetworkNamespace('/proc/self/ns/net');
  return own;
}

export function openPlaces(): Places {
  const kept = new Map<string, NetworkNamespaceFile>();
  ownNamespace();
  return {
    of: (namespace) => {
      const file = namespace.kind === 'named' ? kept.get(namespace.name) : undefined;
      return file === undefined ? namespace : { ...namespace, path: descriptorPath(file.descriptor) };
    },
    open: (namespaces) => {
      const mine = new Map<string, NetworkNamespaceFile>();
      const close = () => {
        for (const [name, file] of mine) {
          if (kept.get(name) === file) kept.delete(name);
          file.close();
        }
        mine.clear();
      };
      try {
        for (const name of namesOf(namespaces)) {
          const file = openNetworkNamespace(`${NETNS_FOLDER}/${name}`);
          if (file === undefined) continue;
          mine.set(name, file);
          kept.set(name, file);
        }
      } catch (error) {
        close();
        throw error;
      }
      const found = identities(namespaces, mine);
      found.catch(() => undefined);
      return { identities: () => found, close };
    },
  };
}

function namesOf(namespaces: readonly Namespace[]): ReadonlySet<string> {
  const names = new Set(namespaces.flatMap((one) => (one.kind === 'named' ? [one.name] : [])));
  for (const name of names) {
    if (!isNamespaceName(name)) throw new Error(`not a namespace name: ${JSON.stringify(name)}`);
  }
  return names;
}

async function identities(
  namespaces: readonly Namespace[],
  kept: ReadonlyMap<string, NetworkNamespaceFile>,
): Promise<readonly (NamespaceIdentity | undefined)[]> {
  if (namespaces.length === 0) return [];
  const files = new Map(kept);
  const host = ownNamespace();
  const names = [...files.keys()];
  const cookies = new Map<string, string | undefined>();
  for (let at = 0; at === 0 || at < names.length; at += MOST_PATHS) {
    const some = names.slice(at, at + MOST_PATHS);
    const asked = await readCookies(some.map((name) => descriptorPath(files.get(name)?.descriptor ?? -1)));
    cookies.set('', asked.own);
    for (const [index, name] of some.entries()) cookies.set(name, asked.others[index]);
  }
  return namespaces.map((namespace) => {
    const isHost = namespace.kind === 'host';
    const file = isHost ? host : files.get(namespaceLabel(namespace));
    if (file === undefined) return isHost ? { namespace } : undefined;
    const cookie = cookies.get(isHost ? '' : namespaceLabel(namespace));
    return cookie === undefined ? { namespace, file: file.file } : { namespace, cookie, file: file.file };
  });
}
