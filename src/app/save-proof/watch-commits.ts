import type { TableStep } from '../../core/plan/types.ts';
import type { Kernel } from '../../ports/ports.ts';

/**
 * Notes where the commits to the namespaces of some steps stand. It resolves to a function that tells whether no program, fw included, has committed
 * anything there between now and the moment at which `ready` resolves: then every table and chain is what it was, and only counters may have moved.
 * False proves nothing. Legacy tables have no commits to count. One thing is no commit: that the kernel removes a table of nft whose owner has
 * ended (`flags owner`). Such a table takes no rule of others while it is there, and whatever is written after it was gone is read back by `verify`.
 */
export async function watchCommits(
  kernel: Kernel,
  steps: readonly TableStep[],
): Promise<(ready: Promise<void>) => Promise<boolean>> {
  if (steps.some(({ backend }) => backend === 'legacy')) return async () => false;
  if (steps.length === 0) return async () => true;
  const namespaces = steps.map(({ namespace }) => namespace);
  const before = await kernel.genids(namespaces);
  if (before.includes(undefined)) return async () => false;
  return async (ready) => {
    const now = await kernel.genids(namespaces, ready);
    return before.every((genid, index) => genid === now[index]);
  };
}
