import type { Asked } from '../../core/completion/types.ts';
import type { KeptNamespace } from '../../core/generation/types.ts';
import { BUILTIN } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isNamespaceName } from '../../core/state/merge/resolve-namespaces.ts';
import type { Scaffolds } from '../../ports/file-ports.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';

/** A state without a name is called by its path, which may have anything in it. */
function isPlainWord(text: string): boolean {
  return /^[\w./@%+=,-]+$/.test(text);
}

/** Chains that states declare, and the built-in ones of their tables, as `fw blame` takes them: the kernel is not asked while somebody types. */
function declaredChains(namespaces: readonly KeptNamespace[]): readonly string[] {
  const found = namespaces.flatMap(({ namespace, claims }) =>
    claims.flatMap(({ family, table, chains }) =>
      [...BUILTIN[table], ...chains.map(({ name }) => name)].map(
        (chain) => `${namespaceLabel(namespace)}/${family}/${table}/${chain}`,
      ),
    ),
  );
  return [...new Set(found)];
}

/**
 * What a shell offers while the user types, each a plain word that means nothing to any shell. What cannot be read, such as the
 * generations for an ordinary user, is an empty list: a key that completes is no place for an error.
 */
export async function listValues(
  ports: Pick<Ports, 'kernel' | 'generations' | 'journal'> & { readonly scaffolds: Scaffolds },
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
      case 'chains':
        return declaredChains((await newestGeneration(ports))?.generation.namespaces ?? []).filter(isPlainWord);
      case 'applies':
        return (await ports.journal.unfinished()).map(({ id }) => id).reverse();
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
