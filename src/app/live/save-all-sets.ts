import type { Namespace } from '../../core/rules/types.ts';
import { parseTerse } from '../../core/sets/ipset/parse-terse.ts';
import type { Kernel } from '../../ports/ports.ts';

export type SavedSet = { readonly name: string; readonly references: number; readonly text: string };

/** Every set of each namespace, also those of others, as `ipset save` prints it. */
export async function saveAllSets(
  kernel: Kernel,
  namespaces: readonly Namespace[],
): Promise<readonly (readonly SavedSet[])[]> {
  const listed = await kernel.listSets(namespaces);
  const wanted = listed.flatMap((ran, index) => {
    const namespace = namespaces[index];
    return namespace === undefined
      ? []
      : parseTerse(ran.stdout).map((set) => ({ index, namespace, set: set.name, ...set }));
  });
  const saved = await kernel.saveSets(wanted);
  return namespaces.map((_, at) =>
    wanted.flatMap(({ index, name, references }, place) => {
      const ran = saved[place];
      return index === at && ran?.exitCode === 0 ? [{ name, references, text: ran.stdout }] : [];
    }),
  );
}
