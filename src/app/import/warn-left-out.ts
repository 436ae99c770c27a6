import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { leftOutBy } from '../../core/state/merge/resolve-namespaces.ts';
import type { Kernel } from '../../ports/ports.ts';

/** A warning for each network namespace that is not read although the names and globs that a user gave look as if they meant it. */
export async function warnLeftOut(
  { kernel }: { readonly kernel: Pick<Kernel, 'oddNamespaces'> },
  patterns: readonly string[],
): Promise<readonly Diagnostic[]> {
  const odd = await kernel.oddNamespaces();
  return patterns.flatMap((pattern) => leftOutBy(pattern, odd));
}
