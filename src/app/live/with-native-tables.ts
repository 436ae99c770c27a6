import { nativeTables } from '../../core/nft-listing/native-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { LiveNamespace } from '../../core/traffic/live-namespace.ts';
import type { Kernel } from '../../ports/ports.ts';

/** What is live, with the names of the nft tables that judge packets as well and that fw does not read, where the plan changes something. */
export async function withNativeTables(
  kernel: Pick<Kernel, 'listNftTables'>,
  live: readonly LiveNamespace[],
  plan: Plan,
): Promise<readonly LiveNamespace[]> {
  const changed = new Set(plan.steps.map(({ namespace }) => namespaceLabel(namespace)));
  return addNativeTables(kernel, live, ({ namespace }) => changed.has(namespaceLabel(namespace)));
}

/** The same for namespaces that are asked about. Where nft does not answer nothing is known of such tables. */
export async function addNativeTables(
  kernel: Pick<Kernel, 'listNftTables'>,
  live: readonly LiveNamespace[],
  isAsked: (one: LiveNamespace) => boolean = () => true,
): Promise<readonly LiveNamespace[]> {
  const asked = live.filter(isAsked);
  if (asked.length === 0) return live;
  const listed = await kernel.listNftTables(asked.map(({ namespace }) => namespace));
  const found = new Map(asked.map((one, index) => [one, listed[index]]));
  return live.map((one) => {
    const ran = found.get(one);
    return ran?.exitCode === 0 ? { ...one, notLookedAt: nativeTables(ran.stdout) } : one;
  });
}
