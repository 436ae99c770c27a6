import { matchesGlob } from '../rules/matches-glob.ts';
import type { Family, TableName } from '../rules/types.ts';
import type { Address, Selection } from './types.ts';

/** Whether a table of a family of a namespace is what the run is about. */
export function isSelected(selection: Selection, namespace: string, family: Family, table: TableName): boolean {
  const { families, tables, targets, excluded } = selection;
  return (
    isNamespaceSelected(selection, namespace) &&
    (families.length === 0 || families.includes(family)) &&
    (tables.length === 0 || tables.includes(table)) &&
    (targets.length === 0 || targets.some((address) => covers(address, namespace, family, table))) &&
    !excluded.some((address) => covers(address, namespace, family, table))
  );
}

/** Whether anything of a namespace can be: one that is not need not even be read. */
export function isNamespaceSelected(selection: Selection, namespace: string): boolean {
  const { namespaces, targets, excluded } = selection;
  return (
    (namespaces.length === 0 || namespaces.some((glob) => matchesGlob(glob, namespace))) &&
    (targets.length === 0 || targets.some((address) => matchesGlob(address.namespace, namespace))) &&
    !excluded.some((address) => isWhole(address) && matchesGlob(address.namespace, namespace))
  );
}

/** True when the selection leaves nothing out. */
export function isEverything({ namespaces, families, tables, targets, excluded }: Selection): boolean {
  return [namespaces, families, tables, targets, excluded].every((list) => list.length === 0);
}

function covers(address: Address, namespace: string, family: Family, table: TableName): boolean {
  return (
    matchesGlob(address.namespace, namespace) &&
    (address.family === undefined || address.family === family) &&
    (address.table === undefined || address.table === table)
  );
}

function isWhole({ family, table }: Address): boolean {
  return family === undefined && table === undefined;
}
