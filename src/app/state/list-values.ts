import type { Asked } from '../../core/completion/types.ts';
import { isNamespaceName } from '../../core/state/merge/resolve-namespaces.ts';
import type { Scaffolds } from '../../ports/file-ports.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';

/** A state without a name is called by its path, which may have anything in it. */
function isPlainWord(text: string): boolean {
  return /^[\w./@%+=,-]+$/.test(text);
}

/**
 * What a shell offers while the user types, each a plain word that means nothing to any shell. What cannot be read, such as the
 * generations for an ordinary user, is an empty list: a key that completes is no place for an error.
 */
export async function listValues(
  ports: Pick<Ports, 'kernel' | 'generations'> & { readonly scaffolds: Scaffolds },
  asked: Asked,
): Promise<readonly string[]> {
  try {
    switch (asked) {
      case 'namespaces':
        return ['host', ...(await ports.kernel.namespaces()).filter(isNamespaceName)];
      case 'generations':
        return (await ports.generations.numbers()).map(String).reverse();
      case 'states':
        return ((await newestGeneration(ports))?.generation.states ?? []).map(({ name }) => name).filter(isPlainWord);
      case 'kinds':
      case 'pipelines':
        return (await ports.scaffolds.list(asked)).map(({ name }) => name);
      default:
        return asked satisfies never;
    }
  } catch {
    return [];
  }
}
