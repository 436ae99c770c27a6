import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { pathOf } from '../process/enter.ts';
import { readCookies } from './cookies.ts';
import { openNetworkNamespace } from './network-namespaces.ts';
import { MOST_PATHS, ownNamespace } from './open-namespaces.ts';

/** See `Kernel.identify`. */
export async function identify(
  namespaces: readonly Namespace[],
  by: 'file' | 'cookie',
): Promise<readonly NamespaceIdentity[]> {
  const found = namespaces.flatMap((namespace) => {
    const file = fileOf(namespace);
    return file === undefined ? [] : [{ namespace, file }];
  });
  if (by === 'file' || found.length === 0) return found;
  const paths = found.flatMap(({ namespace }) => (namespace.kind === 'named' ? [pathOf(namespace)] : []));
  const cookies = new Map<string, string | undefined>();
  let own: string | undefined;
  for (let at = 0; at === 0 || at < paths.length; at += MOST_PATHS) {
    const some = paths.slice(at, at + MOST_PATHS);
    const asked = await readCookies(some);
    own = asked.own;
    for (const [index, path] of some.entries()) cookies.set(path, asked.others[index]);
  }
  return found.flatMap(({ namespace, file }): NamespaceIdentity[] => {
    // The name went to another one between the two looks: of which of them the cookie is, is not known.
    if (fileOf(namespace) !== file) return [];
    const cookie = namespace.kind === 'host' ? own : cookies.get(pathOf(namespace));
    return [cookie === undefined ? { namespace, file } : { namespace, cookie, file }];
  });
}

function fileOf(namespace: Namespace): string | undefined {
  if (namespace.kind === 'host') return ownNamespace()?.file;
  const opened = openNetworkNamespace(pathOf(namespace));
  opened?.close();
  return opened?.file;
}
