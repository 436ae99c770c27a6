import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES, type Namespace } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
/** Rules that are shown; to take out what names a set one sees the rest on the way. */
const MOST = 5;

/**
 * Live rules of any program that name a set, in words, for the message that the set cannot go. What cannot be read names none: this explains a failure
 * and decides nothing.
 */
export async function findSetUsers(kernel: Kernel, namespace: Namespace, set: string): Promise<readonly string[]> {
  const [hasLegacy = false] = await kernel.hasLegacyTables([namespace]);
  const requests = BACKENDS.filter((backend) => backend === 'nft' || hasLegacy).flatMap((backend) =>
    FAMILIES.map((family) => ({ namespace, family, backend })),
  );
  const saves = await Promise.all(kernel.save(requests));
  const found = saves.flatMap(({ stdout }, at) => {
    let table = '';
    return stdout.split('\n').flatMap((line) => {
      if (line.startsWith('*')) table = line.slice(1);
      const rule = line.replace(/^\[\d+:\d+\] /, '');
      if (!rule.startsWith('-A ') || !rule.split(' ').includes(set)) return [];
      return [`${namespaceLabel(namespace)} ${requests[at]?.family} ${requests[at]?.backend}, table ${table}: ${rule}`];
    });
  });
  return found.slice(0, MOST);
}
