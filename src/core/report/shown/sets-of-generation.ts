import type { Generation } from '../../generation/types.ts';
import type { ShownSet } from './types.ts';

/** The sets that a generation declares, in its order. */
export function setsOfGeneration({ namespaces }: Generation): readonly ShownSet[] {
  return namespaces.flatMap(({ namespace, sets = [] }) =>
    sets.map(({ name, header, entries }) => ({
      namespace,
      name,
      header,
      entries: entries?.split('\n').filter((entry) => entry !== ''),
    })),
  );
}
