import type { ShownSet, ShownTable } from '../report/shown/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { BeforeFw } from './types.ts';

/** The tables that were there before fw. */
export function shownBefore({ namespaces }: BeforeFw): readonly ShownTable[] {
  return namespaces.flatMap(({ namespace, tables }) =>
    tables.flatMap(({ backend, family, table, before }) =>
      before === null ? [] : [{ namespace, backend, family, table, chains: before.chains }],
    ),
  );
}

/** The sets that were there before fw. */
export function shownSetsBefore({ namespaces }: BeforeFw): readonly ShownSet[] {
  return namespaces.flatMap(({ namespace, sets }) =>
    sets.flatMap(({ before }) => {
      if (before === null) return [];
      const { name, header, entries } = before;
      return [{ namespace, name, header, entries: entries?.split('\n').filter((entry) => entry !== '') }];
    }),
  );
}

/** Tables and sets that were not there, and those of which an older fw kept nothing: `NAMESPACE/FAMILY/TABLE` and `NAMESPACE/set/NAME`. */
export function withoutBefore(record: BeforeFw) {
  const all = record.namespaces.flatMap(({ namespace, tables, sets }) => [
    ...tables.map((one) => ({ ...one, address: `${namespaceLabel(namespace)}/${one.family}/${one.table}` })),
    ...sets.map((one) => ({ ...one, address: `${namespaceLabel(namespace)}/set/${one.name}` })),
  ]);
  return {
    absent: all.flatMap(({ before, isUnknown, address }) => (before === null && !isUnknown ? [address] : [])),
    unknown: all.flatMap(({ isUnknown, address }) => (isUnknown ? [address] : [])),
  };
}
