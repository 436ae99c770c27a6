import {
  type Anew,
  type AnewSince,
  findAnew,
  namespacesToSee,
  type SeenBefore,
} from '../../core/identity/find-made-anew.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';

/**
 * Which of some namespaces are not those that were applied to, or planned for. It is shown and decides nothing, so it never fails: what cannot be
 * learned is left out. No program is started unless a file leaves open which namespace it is.
 */
export async function lookForAnew(
  ports: Pick<Ports, 'kernel' | 'journal' | 'generations'>,
  seen: readonly SeenBefore[],
  about: readonly { readonly namespace: Namespace }[],
): Promise<readonly AnewSince[]> {
  try {
    const labels = new Set(about.map(({ namespace }) => namespaceLabel(namespace)));
    const records = seen.flatMap((one) => {
      const those = one.namespaces.filter(({ namespace }) => labels.has(namespaceLabel(namespace)));
      return those.length === 0 ? [] : [{ ...one, namespaces: those }];
    });
    if (records.length === 0) return [];
    const here = await ports.journal.here();
    const byFile = await ports.kernel.identify(namespacesToSee(records, here), 'file');
    const first = findAnew(records, here, byFile);
    const { anew } =
      first.open.length === 0
        ? first
        : findAnew(records, here, [...byFile, ...(await ports.kernel.identify(first.open, 'cookie'))]);
    return await withGenerations(ports, anew);
  } catch {
    return [];
  }
}

async function withGenerations(
  ports: Pick<Ports, 'generations'>,
  anew: readonly Anew[],
): Promise<readonly AnewSince[]> {
  const wanted = new Set(anew.flatMap(({ since }) => since.journal ?? []));
  if (wanted.size === 0) return anew.map((one) => ({ ...one, generation: undefined }));
  const newest = await newestGeneration(ports);
  const isNewest = newest !== undefined && [...wanted].every((journal) => journal === newest.generation.journal);
  const heads = isNewest
    ? [{ number: newest.number, journal: newest.generation.journal }]
    : await ports.generations.heads();
  const numbers = new Map(heads.map(({ journal, number }) => [journal, number]));
  return anew.map((one) => ({ ...one, generation: numbers.get(one.since.journal ?? '') }));
}
