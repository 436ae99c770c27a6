import { isSame } from '../../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { Ports } from '../../ports/ports.ts';

/** The name under /run/netns that a namespace has here; undefined where it has none. */
export async function nameOfNamespace(kernel: Ports['kernel'], wanted: NamespaceIdentity): Promise<string | undefined> {
  const names = await kernel.namespaces();
  const open = kernel.openNamespaces(names.map((name) => ({ kind: 'named', name })));
  try {
    const found = await open.identities();
    return names.find((_, index) => {
      const is = found[index];
      return is !== undefined && isSame(wanted, is) === true;
    });
  } catch {
    return undefined;
  } finally {
    open.close();
  }
}
