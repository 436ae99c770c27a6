import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Backend, Family, Namespace, TableName } from '../../rules/types.ts';
import type { NumberedGeneration } from '../types.ts';

type Place = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
};

/**
 * Whether a state may have had a table for itself before a generation in which the table is shared: then rules of that time were left in it. `takenAt` is when generation 0
 * recorded that the shared table became exclusive; a record of an older fw does not say, and then the generations are asked that are kept.
 */
export function wasExclusiveBefore(
  generations: readonly NumberedGeneration[],
  place: Place,
  number: number,
  takenAt: string | undefined,
): boolean {
  const until = generations.filter((one) => one.number <= number);
  const last = until.at(-1);
  if (last?.number !== number) return true;
  if (takenAt !== undefined) return takenAt <= last.generation.at;
  const [first] = until;
  const isWhole =
    (first?.number === 1 || first?.generation.restores === 0) && until.length === number - first.number + 1;
  return !isWhole || until.some((one) => hasForItself(one, place));
}

function hasForItself({ generation }: NumberedGeneration, place: Place): boolean {
  return generation.namespaces.some(
    ({ namespace, backend, claims }) =>
      backend === place.backend &&
      namespaceLabel(namespace) === namespaceLabel(place.namespace) &&
      claims.some(
        ({ family, table, ownership }) =>
          family === place.family && table === place.table && ownership.kind === 'exclusive',
      ),
  );
}
